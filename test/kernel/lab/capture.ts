import { readFile } from "node:fs/promises";
import type { Background } from "./background.js";
import { keptGroups } from "./kept-groups.js";
import type { Machine } from "./machine.js";
import { until } from "./until.js";

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;
const IPV4 = 20;
const UDP = 8;

/** What tcpdump sees on an interface. */
export class Capture {
  static #started = 0;

  private constructor(
    private readonly machine: Machine,
    private readonly path: string,
    private readonly tcpdump: Background,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Returns once it records. @param filter in tcpdump's language */
  static async start(machine: Machine, device: string, filter = ""): Promise<Capture> {
    const path = machine.path(`capture-${++Capture.#started}.pcap`);
    // As root to the end: the user that tcpdump becomes otherwise cannot write here.
    const options = ["-Z", "root", "-B", "16384", "-U", "-nn", "-i", device, "-w", path];
    const environment = await keptGroups(machine.directory);
    const tcpdump = machine.background(["tcpdump", ...options, ...(filter === "" ? [] : [filter])], environment);
    await tcpdump.says(/listening on/);
    return new Capture(machine, path, tcpdump, environment);
  }

  /** Returns once all that passed is on disk. @throws when some of it was not recorded */
  async stop(): Promise<void> {
    const before = this.tcpdump.output.length;
    const { dropped } = await until("all that tcpdump saw is on disk", async () => {
      this.tcpdump.signal("SIGUSR1");
      const counts = lastCounts(this.tcpdump.output.slice(before));
      return counts && counts.captured + counts.dropped >= counts.received && counts;
    });
    await this.tcpdump.stop("SIGINT");
    if (dropped > 0) throw new Error(`an incomplete capture: ${this.tcpdump.output}`);
  }

  async contains(bytes: Uint8Array): Promise<boolean> {
    return (await readFile(this.path)).includes(Buffer.from(bytes));
  }

  /** One line for each packet that a filter matches. */
  async lines(filter = ""): Promise<string[]> {
    return (await this.#read(filter)).split("\n").filter((line) => line !== "");
  }

  /** What tcpdump says of the checksums, IPv4's own included. @returns how many packets' are right, and its lines on others */
  async checksums(filter: string): Promise<{ right: number; wrong: string[] }> {
    const text = await this.#read(filter, "-vv");
    // A packet's second line is indented.
    const packets = text
      .replaceAll(/\n[ \t]+/g, " ")
      .split("\n")
      .filter((line) => line !== "");
    const wrong = packets.filter((line) => !/\(correct\)|\[udp sum ok\]/.test(line) || /\bbad\b|\bincorrect\b/.test(line));
    return { right: packets.length - wrong.length, wrong };
  }

  /** UDP payloads over IPv4 without options, as far as they are on disk. */
  async datagrams(): Promise<Buffer[]> {
    const file = await readFile(this.path);
    const found: Buffer[] = [];
    for (let at = FILE_HEADER; at + RECORD_HEADER <= file.length; ) {
      const length = file.readUInt32LE(at + 8);
      const frame = file.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
      at += RECORD_HEADER + length;
      if (frame.length < length) break;
      const udp = frame.subarray(ETHERNET + IPV4);
      found.push(Buffer.from(udp.subarray(UDP, udp.readUInt16BE(4))));
    }
    return found;
  }

  #read(filter: string, ...options: readonly string[]): Promise<string> {
    const words = ["tcpdump", "-Z", "root", "-nn", ...options, "-r", this.path, ...(filter === "" ? [] : [filter])];
    return this.machine.must(words, { env: this.environment });
  }
}

/** What tcpdump last said of itself, asked by a signal. */
function lastCounts(output: string): { captured: number; received: number; dropped: number } | undefined {
  const [last] = [...output.matchAll(/(\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped/g)].reverse();
  return last && { captured: Number(last[1]), received: Number(last[2]), dropped: Number(last[3]) };
}
