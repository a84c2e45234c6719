import type { Background } from "./background.js";
import { compiled } from "./compiled.js";
import type { Lab } from "./lab.js";
import type { Machine } from "./machine.js";

const PORT = 5004;

export interface Rate {
  /** Bytes of a payload. */
  readonly size: number;
  /** Datagrams a second; 0: as many as can be. */
  readonly rate: number;
  readonly milliseconds: number;
}

/** UDP datagrams that nobody waits for. */
export class Flood {
  private constructor(private readonly program: string) {}

  static async prepare(lab: Lab): Promise<Flood> {
    return new Flood(await compiled(lab, "flood.c"));
  }

  /** @returns how many were sent */
  async send(from: Machine, address: string, rate: Rate): Promise<number> {
    const running = this.begin(from, address, rate);
    await running.ended(rate.milliseconds / 1000 + 30);
    return running.sent();
  }

  /** One that goes on while other things happen. */
  begin(from: Machine, address: string, { size, rate, milliseconds }: Rate): RunningFlood {
    return new RunningFlood(from.background([this.program, "send", address, PORT, size, rate, milliseconds].map(String)));
  }

  /** Counts from now on what arrives at an address. @param enough after which it counts no more */
  async count(machine: Machine, address: string, enough = Number.MAX_SAFE_INTEGER): Promise<FloodCount> {
    const counter = machine.background([this.program, "count", address, String(PORT), String(enough)]);
    await counter.says(/listening/);
    return new FloodCount(counter);
  }
}

export class RunningFlood {
  constructor(private readonly sender: Background) {}

  get running(): boolean {
    return this.sender.running;
  }

  async ended(seconds: number): Promise<void> {
    await this.sender.ended(seconds);
  }

  /** Ends it. @returns how many were sent */
  async stop(): Promise<number> {
    await this.sender.stop("SIGTERM");
    return this.sent();
  }

  sent(): number {
    return result(this.sender).sent;
  }
}

export class FloodCount {
  constructor(private readonly counter: Background) {}

  /** Waits until enough have come, but not for ever. @returns how many came */
  async last(seconds: number): Promise<number> {
    await this.counter.ended(seconds).catch(() => undefined);
    return this.stop();
  }

  /** @returns how many came */
  async stop(): Promise<number> {
    await this.counter.stop("SIGTERM");
    return result(this.counter).received;
  }
}

/** What the program printed at its end. */
function result({ output }: Background): { readonly sent: number; readonly received: number } {
  if (!output.includes("{")) throw new Error(`no result: ${output}`);
  return JSON.parse(output.slice(output.indexOf("{")));
}
