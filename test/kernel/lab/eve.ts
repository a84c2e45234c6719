import type { Background } from "./background.js";
import { compiled } from "./compiled.js";
import type { Lab } from "./lab.js";
import type { Machine } from "./machine.js";

/** An address and a port, `192.0.2.1:51820`. */
export type Place = string;

export interface Datagram {
  readonly from: Place;
  readonly to: Place;
  readonly bytes: Buffer;
}

/** Nobody lives here, and what is sent there ends with the one on the path. */
export const ELSEWHERE = "203.0.113.7:4000";

/** Someone on the path between two ends: hears all datagrams, sends any from anywhere, and can keep the true ones from passing. */
export class Eve {
  private constructor(
    private readonly machine: Machine,
    private readonly program: string,
    private readonly ear: Background,
  ) {}

  /** @param machine a router between the ends @param devices where it listens */
  static async sit(lab: Lab, machine: Machine, devices: readonly string[]): Promise<Eve> {
    const program = await compiled(lab, "eve.c");
    const ear = machine.background([program, "hear", ...devices]);
    await ear.says(/listening/);
    return new Eve(machine, program, ear);
  }

  /** Everything so far, in its order. */
  heard(): Datagram[] {
    const lines = this.ear.output.slice(0, this.ear.output.lastIndexOf("\n")).split("\n").slice(1);
    return lines.map((line) => {
      const [source, sourcePort, destination, destinationPort, hex = ""] = line.split(" ");
      return { from: `${source}:${sourcePort}`, to: `${destination}:${destinationPort}`, bytes: Buffer.from(hex, "hex") };
    });
  }

  async send(datagrams: readonly Datagram[]): Promise<void> {
    const lines = datagrams.map(({ from, to, bytes }) => `${from.replace(":", " ")} ${to.replace(":", " ")} ${bytes.toString("hex")}\n`);
    await this.machine.must([this.program, "send"], { input: lines.join("") });
  }

  /** @param message from its type on, checksum included */
  async sendIcmp(from: string, to: string, message: Buffer): Promise<void> {
    await this.machine.must([this.program, "send"], { input: `${from} ${to} icmp ${message.toString("hex")}\n` });
  }

  /** From now on passes on what comes in by a device, each datagram behind a copy of it that claims to come from elsewhere. */
  async race(device: string, source: Place): Promise<Background> {
    await this.machine.must(["nft", `add table ip eve; add chain ip eve forward { type filter hook forward priority 0; }`]);
    await this.machine.must(["nft", `add rule ip eve forward iifname ${device} meta l4proto udp drop`]);
    const racer = this.machine.background([this.program, "race", device, ...source.split(":")]);
    await racer.says(/listening/);
    return racer;
  }
}
