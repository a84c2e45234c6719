/**
 * One agent: a config file become an interface that carries packets, and back.
 *
 * config → locks → leftovers undone → interface and sockets → addresses and routes → threads → control socket
 *
 * Nothing is left behind when any of these fails.
 */
import { availableParallelism } from "node:os";
import { literalEndpoint } from "../base/endpoint.js";
import { type ErrorReport, OperatorErrors } from "../base/errors.js";
import { invariant } from "../base/invariant.js";
import { formatPrefix } from "../base/prefix.js";
import type { Config } from "../config/config.js";
import { unsupportedKey } from "../config/errors.js";
import { problemError } from "../config/problems.js";
import { sodiumSuite } from "../crypto/sodium.js";
import type { Random } from "../crypto/suite.js";
import { Device } from "../dataplane/device.js";
import { apply } from "../hostnet/apply.js";
import { desiredState } from "../hostnet/desired.js";
import { forwardingWarnings, readForwarding } from "../hostnet/forwarding.js";
import { IprouteHost } from "../hostnet/iproute-host.js";
import { Journal, journalPath } from "../hostnet/journal.js";
import { discardOtherBoots, recover, undo, type Whereabouts } from "../hostnet/undo.js";
import type { InterfaceStatus } from "../observe/status.js";
import type { UpSummary } from "../observe/up-message.js";
import { Node } from "../protocol/node.js";
import { openShim, type Shim } from "../shim/library.js";
import { releaseMemory } from "../shim/memory.js";
import { systemClock } from "./clock.js";
import { type LoadedConfig, loadConfig } from "./config-file.js";
import { ControlServer } from "./control-server.js";
import { refuseDebugger } from "./debugger.js";
import { controlSocket, makeDirectories, runtimeDirectory, stateDirectory } from "./directories.js";
import { Driver } from "./driver.js";
import { deviceRequest, nodeSettings, routeTable } from "./from-config.js";
import { interfaceStatus, type StatusSources, upSummary } from "./interface-status.js";
import { AgentLocks } from "./locks.js";
import { type Log, openLog } from "./log.js";
import { Teardown } from "./teardown.js";
import { VERSION } from "./version.js";
import { whereabouts } from "./whereabouts.js";

/** Called once when an agent is to end: with a reason when it cannot go on, without one when a client told it to. */
export type EndListener = (reason: string | undefined) => void;

export class Agent {
  readonly #teardown = new Teardown();
  readonly #host = new IprouteHost();
  #sources: StatusSources | undefined;
  #stopping: Promise<void> | undefined;
  /** What an operator should know, though the interface is up. */
  readonly warnings: ErrorReport[];

  private constructor(
    readonly config: Config,
    private readonly shim: Shim,
    readonly log: Log,
    private readonly onEnd: EndListener,
    warnings: readonly ErrorReport[],
  ) {
    this.warnings = [...warnings];
  }

  /**
   * @param target a config file, or the name of one
   * @throws OperatorError, OperatorErrors
   */
  static async start(target: string, onEnd: EndListener): Promise<Agent> {
    const shim = openShim();
    // Before there are keys in memory: no core dump may hold them, and no debugger show them.
    shim.harden();
    await refuseDebugger();
    const { config, warnings } = acceptedConfig(loadConfig(target, sodiumSuite(shim)));
    const agent = new Agent(config, shim, await openLog(config.name), onEnd, warnings);
    try {
      await agent.#begin();
    } catch (error) {
      await agent.#teardown.run();
      throw error;
    }
    return agent;
  }

  status(): InterfaceStatus {
    invariant(this.#sources !== undefined, "the status of an agent that is not up");
    return interfaceStatus(this.#sources);
  }

  summary(): UpSummary {
    invariant(this.#sources !== undefined, "the summary of an agent that is not up");
    return upSummary(this.#sources);
  }

  releaseMemory(): Promise<void> {
    return releaseMemory(this.shim);
  }

  /** Takes everything down. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#teardown.run().then(() => this.log.info("down"));
    return this.#stopping;
  }

  async #begin(): Promise<void> {
    const { config, shim, log } = this;
    const place = whereabouts(shim);
    makeDirectories();
    const locks = AgentLocks.take(shim, config.name, place.netns);
    this.#teardown.add(() => locks.release());
    await this.#undoLeftovers(place);
    const device = this.#openDevice();
    await this.#configureHost(place);
    const driver = this.#startDriver(device);
    const control = await ControlServer.listen(controlSocket(config.name), {
      status: () => this.status(),
      down: () => this.#down(),
      connect: async (milliseconds) => ({ connected: await driver.connect(milliseconds) }),
    });
    this.#teardown.add(() => control.close());
    if (device.unwatched)
      log.warn({ error: device.unwatched }, "not told of changes of addresses and routes: a move is noticed by traffic alone");
    log.info({ port: device.port, addresses: config.interface.addresses.map(formatPrefix), peers: config.peers.length }, "up");
  }

  async #undoLeftovers(place: Whereabouts): Promise<void> {
    await discardOtherBoots(stateDirectory(), place.bootId);
    const { verdict, entries } = await recover(this.#host, journalPath(stateDirectory(), this.config.name, place.netns), place);
    if (verdict === "undone") this.log.info({ undone: entries.map(({ what }) => what) }, "undid what an earlier agent left");
  }

  #openDevice(): Device {
    const device = Device.open(this.shim, deviceRequest(this.config, availableParallelism()));
    this.#teardown.add(() => device.close());
    for (const peer of this.config.peers.keys()) device.addPeer(peer);
    device.setRoutes(routeTable(this.config));
    return device;
  }

  async #configureHost(place: Whereabouts): Promise<void> {
    const { name, peers } = this.config;
    const { mtu, addresses, fwMark } = this.config.interface;
    const desired = desiredState({ name, mtu, addresses, allowedIps: peers.flatMap(({ allowedIps }) => allowedIps) });
    const journal = await Journal.create(stateDirectory(), {
      name,
      ...place,
      pid: process.pid,
      runtimeDir: runtimeDirectory(),
      agentVersion: VERSION,
      created: new Date().toISOString(),
    });
    this.#teardown.add(async () => {
      await undo(this.#host, journal, place);
    });
    const endpoints = peers.flatMap(({ endpoint }) => (endpoint && literalEndpoint(endpoint)?.address) ?? []);
    const { observed } = await apply(this.#host, journal, desired, { endpoints, fwMark });
    const warnings = forwardingWarnings(desired, observed, await readForwarding(this.#host));
    this.warnings.push(...warnings.map((warning) => warning.report()));
  }

  #startDriver(device: Device): Driver {
    const { config, shim, log } = this;
    const clock = systemClock(shim);
    const node = new Node({
      ...nodeSettings(config),
      suite: sodiumSuite(shim),
      random: randomFrom(shim),
      traffic: (peer) => device.peerStats(peer),
    });
    this.#sources = { config, node, device, clock, queues: deviceRequest(config, availableParallelism()).queues, box: shim.boxName() };
    const driver = new Driver(config, node, device, clock, log);
    device.start({ onEvent: (event) => driver.onEvent(event), onFailure: this.onEnd });
    driver.start();
    this.#teardown.add(() => driver.stop());
    return driver;
  }

  async #down(): Promise<{ name: string }> {
    try {
      await this.stop();
    } finally {
      this.onEnd(undefined);
    }
    return { name: this.config.name };
  }
}

/** @throws OperatorErrors for a file with errors, or with settings that this version does not act on */
function acceptedConfig({ path, parsed }: LoadedConfig): { config: Config; warnings: ErrorReport[] } {
  const found = (severity: "error" | "warning") =>
    parsed.problems.filter((problem) => problem.severity === severity).map((problem) => problemError(path, problem));
  const errors = found("error");
  if (parsed.unsupported.length > 0) errors.push(unsupportedKey({ path, unsupported: parsed.unsupported }));
  if (parsed.config === undefined || errors.length > 0) throw new OperatorErrors(errors);
  return { config: parsed.config, warnings: found("warning").map((warning) => warning.report()) };
}

function randomFrom(shim: Shim): Random {
  return (length) => {
    const bytes = new Uint8Array(length);
    shim.random(bytes);
    return bytes;
  };
}
