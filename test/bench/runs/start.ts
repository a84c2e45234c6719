import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { configText } from "../../kernel/lab/config-text.js";
import { makeKeyPair } from "../../kernel/lab/keys.js";
import { Lab } from "../../kernel/lab/lab.js";
import type { Machine } from "../../kernel/lab/machine.js";
import { until } from "../../kernel/lab/until.js";
import { OURS } from "../contenders/tunvpn.js";
import { residentBytes } from "../process-times.js";
import type { Run } from "./run.js";

/** From its last work at the start to what it is when idle. */
const SETTLE_MS = 2000;

export const START: readonly Run[] = [
  {
    title: "start and memory, 1 peer",
    gives: ["start", "memory"],
    appliesTo: ({ name }) => name === OURS,
    seconds: () => 4,
    async take() {
      const { seconds, megabytes } = await startAlone(1);
      return { start: seconds, memory: megabytes };
    },
  },
  {
    title: "start and memory, 10,000 peers",
    gives: ["start10000", "memory10000"],
    appliesTo: ({ name }) => name === OURS,
    seconds: () => 8,
    async take() {
      const { seconds, megabytes } = await startAlone(10_000);
      return { start10000: seconds, memory10000: megabytes };
    },
  },
];

/** An agent with two queues on a machine of its own, whose peers are not there. */
async function startAlone(peers: number): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const lab = new Lab();
  try {
    const machine = await lab.machine("alone");
    const file = await machine.write("alone.conf", fileWith(peers));
    const seconds = await secondsUntilUp(machine, "alone", file);
    await pause(SETTLE_MS);
    const { pid } = await machine.tunvpn.status("alone");
    return { seconds, megabytes: residentBytes(pid) / 1e6 };
  } finally {
    await lab.close();
  }
}

/** As the kernel tells it: `ip` writes down when, so that it does not matter how soon that is read. */
async function secondsUntilUp(machine: Machine, device: string, file: string): Promise<number> {
  const monitor = machine.background(["ip", "-ts", "-o", "monitor", "link"], { TZ: "UTC" });
  // It does not say when it begins to listen; so it is made to hear of something else first.
  await until("ip hears of links", async () => {
    await machine.ip("link set lo down");
    await machine.ip("link set lo up");
    return /: lo:/.test(monitor.output);
  });
  const before = performance.timeOrigin + performance.now();
  await machine.tunvpn.up(file);
  await monitor.says(new RegExp(`: ${device}: <[^>]*\\bUP\\b`));
  await monitor.stop();
  return (upSince(monitor.output, device) - before) / 1000;
}

/**
 * @param output of `ip -ts -o monitor link`, where local time is UTC
 * @returns when an interface was first told to be up, in milliseconds since 1970
 */
export function upSince(output: string, device: string): number {
  const [, time] = new RegExp(`^\\[([^\\]]+)\\].*: ${device}: <[^>]*\\bUP\\b`, "m").exec(output) ?? [];
  const [, date, fraction] = /^(.+)[.](\d+)$/.exec(time ?? "") ?? [];
  if (date === undefined) throw new Error(`nothing tells that ${device} is up:\n${output}`);
  return Date.parse(`${date}Z`) + Number(`0.${fraction}`) * 1000;
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
