import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Background } from "../../kernel/lab/background.js";
import { must } from "../../kernel/lab/command.js";
import { configText } from "../../kernel/lab/config-text.js";
import { makeKeyPair } from "../../kernel/lab/keys.js";
import { Lab } from "../../kernel/lab/lab.js";
import type { Machine } from "../../kernel/lab/machine.js";
import { until } from "../../kernel/lab/until.js";
import { OURS } from "../contenders/tunvpn.js";
import { upSince } from "../readings/link-events.js";
import { processorSeconds, residentBytes } from "../readings/process-times.js";
import type { Run } from "./run.js";

/** An agent that took nothing of the processor for so long is idle. */
const QUIET_MS = 1000;

const DEVICE = "alone";

export const START: readonly Run[] = [
  {
    title: "start and memory, 1 peer",
    gives: ["start", "ready", "memory"],
    rare: true,
    appliesTo: ({ name }) => name === OURS,
    seconds: () => 4,
    async take() {
      const { start, ready, memory } = await startAlone(1);
      return { start, ready, memory };
    },
  },
  {
    title: "start and memory, 10,000 peers",
    gives: ["start10000", "ready10000", "memory10000"],
    rare: true,
    appliesTo: ({ name }) => name === OURS,
    seconds: () => 12,
    async take() {
      const { start, ready, memory } = await startAlone(10_000);
      return { start10000: start, ready10000: ready, memory10000: memory };
    },
  },
];

interface Start {
  /** Seconds until the interface was up. */
  readonly start: number;
  /** Seconds until `up` returned. */
  readonly ready: number;
  /** Megabytes. */
  readonly memory: number;
}

/** An agent with two queues on a machine of its own, whose peers are not there. */
async function startAlone(peers: number): Promise<Start> {
  const lab = new Lab();
  try {
    const machine = await lab.machine("alone");
    const file = await machine.write(`${DEVICE}.conf`, fileWith(peers));
    const monitor = await listen(machine);
    const before = performance.timeOrigin + performance.now();
    await machine.tunvpn.up(file);
    const after = performance.timeOrigin + performance.now();
    const up = await until("the kernel tells that it is up", async () => upSince(monitor.output, DEVICE));
    const pid = await agentOf(machine, monitor);
    await idle(pid);
    return { start: (up - before) / 1000, ready: (after - before) / 1000, memory: residentBytes(pid) / 1e6 };
  } finally {
    // With its namespace goes what it made; taking it down would ask the kernel for each route.
    lab.remove();
  }
}

async function agentOf(machine: Machine, monitor: Background): Promise<number> {
  const pids = (await must(["ip", "netns", "pids", machine.namespace])).split("\n").map(Number);
  const agent = pids.find((pid) => pid > 0 && pid !== monitor.pid);
  if (agent === undefined) throw new Error("the agent ended");
  return agent;
}

async function idle(pid: number): Promise<void> {
  await until("the agent is idle", async () => {
    const before = processorSeconds(pid);
    await pause(QUIET_MS);
    return processorSeconds(pid) === before;
  });
}

/** The kernel tells when an interface is up, and `ip` writes down when it heard: it does not matter how soon that is read. */
async function listen(machine: Machine): Promise<Background> {
  const monitor = machine.background(["ip", "-ts", "-o", "monitor", "link"], { TZ: "UTC" });
  // It does not say when it begins to listen; so it is made to hear of something else first.
  await until("ip hears of links", async () => {
    await machine.ip("link set lo down");
    await machine.ip("link set lo up");
    return /: lo:/.test(monitor.output);
  });
  return monitor;
}

/** Prefixes of one peer: two of IPv4 and one of IPv6. */
function fileWith(peers: number): string {
  const own = { PrivateKey: makeKeyPair().privateKey, ListenPort: "52000", Address: "10.255.255.1/32", Queues: "2" };
  const list = Array.from({ length: peers }, (_, number) => {
    const [high, low] = [number >> 8, number & 255];
    return {
      PublicKey: randomPublicKey(),
      AllowedIPs: `10.${high}.${low}.0/24, 172.16.${high}.${low}/32, fd00:${number.toString(16)}::/32`,
    };
  });
  return configText(own, ...list);
}

/** Any number below 2^255 is one that a file may name; that it is none of the few bad ones is as good as certain. */
function randomPublicKey(): string {
  const bytes = randomBytes(32);
  bytes[31] = (bytes[31] ?? 0) & 0x7f;
  return bytes.toString("base64");
}
