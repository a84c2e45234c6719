/**
 * Drives the node on the real world: events in, effects out, one timer.
 *
 * device event → node input → effects → device, resolver, log
 */
import { addressFrom, type IpAddress } from "../base/address.js";
import { formatEndpoint, literalEndpoint } from "../base/endpoint.js";
import type { ErrorReport } from "../base/errors.js";
import { unreachable } from "../base/invariant.js";
import { MINUTE } from "../base/time.js";
import type { Config, PeerConfig } from "../config/config.js";
import type { Device } from "../dataplane/device.js";
import { linkError, unknownCaller } from "../observe/link-error.js";
import type { Effect, HostChange, Input, Notice } from "../protocol/effects.js";
import { REJECT_AFTER_MESSAGES, REKEY_AFTER_MESSAGES, RESOLVE_INTERVAL_LEAST } from "../protocol/limits.js";
import type { Node } from "../protocol/node.js";
import { destinationUnreachable } from "../protocol/wire/icmp.js";
import type { ShimEvent } from "../shim/event-ring.js";
import type { Clock } from "./clock.js";
import type { Log } from "./log.js";
import { resolveEndpoint } from "./resolver.js";

/** The timer is set no further ahead: it does not count suspend, deadlines do. */
const TIMER_MAX = MINUTE;

const NOTICES: Record<Notice, { level: "info" | "warn" | "debug"; words: string }> = {
  "handshake-started": { level: "debug", words: "calling" },
  established: { level: "info", words: "connected" },
  rekeyed: { level: "debug", words: "session renewed" },
  "session-expired": { level: "info", words: "session expired" },
  goodbye: { level: "info", words: "the peer said goodbye" },
  "gave-up": { level: "info", words: "no answer; calls again when there is traffic" },
  moved: { level: "info", words: "peer moved" },
  "mtu-differs": { level: "warn", words: "the peer's interface has another MTU: set the same MTU in both files" },
};

export class Driver {
  readonly #peers: readonly PeerConfig[];
  /** Of our interface. */
  readonly #mtu: number;
  readonly #resolving = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Those who wait for a peer to be connected. */
  readonly #waiting = new Set<() => void>();

  constructor(
    config: Config,
    private readonly node: Node,
    private readonly device: Device,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.#peers = config.peers;
    this.#mtu = config.interface.mtu;
  }

  start(): void {
    this.#carryOut(this.node.start(this.clock()));
    // A name that resolves before there is traffic for it saves the first packet's wait.
    for (const [id, { endpoint }] of this.#peers.entries()) if (endpoint && !literalEndpoint(endpoint)) this.#resolve(id);
  }

  /** Ends it, with a word to those who hold sessions with us. */
  stop(): void {
    if (this.#stopped) return;
    this.#carryOut(this.node.farewell(this.clock()));
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Calls every peer until one answers or the time is over. @returns the names of those that are connected then */
  async connect(milliseconds: number): Promise<string[]> {
    const connected = () => this.#peers.filter((_, id) => this.node.link(id, this.clock().boot)?.state === "established");
    for (const peer of this.#peers.keys()) this.dispatch({ type: "connect", peer });
    if (connected().length === 0) await this.#nextConnection(milliseconds);
    return connected().map(({ name }) => name);
  }

  #nextConnection(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      timer.unref();
      this.#waiting.add(done);
    });
  }

  dispatch(input: Input): void {
    if (!this.#stopped) this.#carryOut(this.node.handle(input, this.clock()));
  }

  onEvent(event: ShimEvent): void {
    if (event.type === "unrouted") return this.#answerUnrouted(event);
    if (event.type === "generation")
      this.log.info(`${event.kind === 0 ? "the clock was set" : "this machine is a copy"}: sessions are renewed`);
    const input = inputOf(event);
    if (input !== undefined) this.dispatch(input);
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) this.#carryOutOne(effect);
    this.#setTimer();
  }

  #carryOutOne(effect: Effect): void {
    switch (effect.type) {
      case "send":
        return this.#send(effect);
      case "install":
        return this.device.addSession({
          ...effect.session,
          rekeyAfterMessages: REKEY_AFTER_MESSAGES,
          rejectAfterMessages: REJECT_AFTER_MESSAGES,
        });
      case "use":
        if (!this.device.useSession(effect.index)) queueMicrotask(() => this.dispatch({ type: "unusable", index: effect.index }));
        return;
      case "remove":
        return this.device.removeSession(effect.index);
      case "seal":
        this.device.seal(effect.index, effect.kind, effect.plaintext, effect.to);
        return;
      case "endpoint":
        return this.device.setEndpoint(effect.peer, effect.endpoint);
      case "watch":
        return this.device.watch(effect.peer);
      case "discard-staged":
        return this.device.discardStaged(effect.peer);
      case "resolve":
        return this.#resolve(effect.peer);
      case "trouble":
        return this.#tellTrouble(linkError(effect.reason, this.#nameOf(effect.peer) ?? ""), { peer: this.#nameOf(effect.peer) });
      case "stranger":
        return this.#tellTrouble(unknownCaller(effect.stranger), { publicKey: effect.stranger.publicKey });
      case "notice":
        return this.#notice(effect.peer, effect.notice);
      default:
        unreachable(effect);
    }
  }

  #send(effect: Extract<Effect, { type: "send" }>): void {
    const error = this.device.send(effect.to, effect.datagram);
    if (error === undefined) return;
    this.log.debug({ peer: this.#nameOf(effect.peer), endpoint: formatEndpoint(effect.to), error }, "cannot send a handshake message");
    queueMicrotask(() => this.dispatch({ type: "send-failed", peer: effect.peer, to: effect.to, error }));
  }

  /** Asks at most once a second, and answers when the resolver does. */
  #resolve(id: number): void {
    const endpoint = this.#peers[id]?.endpoint;
    const now = this.clock().boot;
    if (endpoint === undefined || now - (this.#resolving.get(id) ?? Number.NEGATIVE_INFINITY) < RESOLVE_INTERVAL_LEAST) return;
    this.#resolving.set(id, now);
    void resolveEndpoint(endpoint).then((endpoints) => this.dispatch({ type: "resolved", peer: id, endpoints }));
  }

  #notice(id: number, notice: Notice): void {
    const { level, words } = NOTICES[notice];
    const { endpoint, hello } = this.node.link(id, this.clock().boot) ?? {};
    const mtus = notice === "mtu-differs" ? { mtu: this.#mtu, peerMtu: hello?.innerMtu } : {};
    this.log[level]({ peer: this.#nameOf(id), endpoint: endpoint && formatEndpoint(endpoint), ...mtus }, words);
    if (notice === "established") for (const done of this.#waiting) done();
  }

  #tellTrouble({ code, message, fix }: ErrorReport, whose: object): void {
    this.log.warn({ ...whose, code, fix }, message);
  }

  #nameOf(id: number): string | undefined {
    return this.#peers[id]?.name;
  }

  /** In the name of the address that cannot be reached: the kernel takes no IPv4 packet that claims to come from one of its own. */
  #answerUnrouted(event: ShimEvent): void {
    const from = innerDestination(event.data);
    const answer = from && destinationUnreachable(event.data, from, event.kind === 0 ? "no-peer" : "no-endpoint");
    if (answer) this.device.deliver(answer);
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const next = this.node.nextDeadline();
    if (next === undefined || this.#stopped) return;
    const delay = Math.min(Math.max(0, Math.ceil(next - this.clock().boot)), TIMER_MAX);
    this.#timer = setTimeout(() => this.#carryOut(this.node.handleDeadline(this.clock())), delay);
  }
}

/** @returns undefined for an event whose owner is gone meanwhile */
function inputOf(event: ShimEvent): Input | undefined {
  if (event.type === "host") return { type: "host-changed", change: hostChange(event) };
  const { type, peer, index, kind, source, data } = event;
  if (type === "handshake") return source && { type: "message", datagram: data, source };
  if (type === "first-received") return source && { type: "first-received", index, source };
  if (type === "message") return source && { type: "opened", index, kind, plaintext: data, source };
  if (type === "generation") return { type, generation: index };
  if (type === "other-version") return source && { type: "other-version", version: index, source };
  if (type === "unknown-index") return source && { type: "unknown-index", source };
  if (type === "rekey") return { type: "rekey", index };
  if (type === "moved") return source && { type: "moved", index, source };
  if (peer === undefined) return undefined;
  return type === "no-session" || type === "active" ? { type, peer } : undefined;
}

/** @see native-shim/include/tv.h, kinds of TV_EVENT_HOST */
function hostChange({ kind, index, source }: ShimEvent): HostChange {
  if (source === undefined || kind > 2) return { what: "anything" };
  const { address, scope } = source;
  if (kind === 2) return { what: "route", network: { address, length: index } };
  return { what: kind === 0 ? "address" : "address-gone", address, interface: scope };
}

/** @returns undefined for what is no IP packet */
function innerDestination(packet: Uint8Array): IpAddress | undefined {
  const [start, end] = (packet[0] ?? 0) >> 4 === 6 ? [24, 40] : [16, 20];
  return packet.length < end ? undefined : addressFrom(packet.slice(start, end));
}
