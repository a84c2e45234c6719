import type { Background } from "./background.js";
import { compiled } from "./compiled.js";
import type { Lab } from "./lab.js";
import type { Machine } from "./machine.js";

/** Datagrams in 100,000. */
export interface Impairments {
  readonly lost: number;
  readonly reordered: number;
  readonly duplicated: number;
}

/** What became of one direction's datagrams. */
export interface Impaired extends Impairments {
  readonly received: number;
}

/** A relay between two ends of a tunnel that loses, reorders and repeats datagrams. */
export class Impairer {
  private constructor(private readonly relay: Background) {}

  /**
   * Returns once it relays.
   *
   * @param near where it listens: whoever speaks there first is its near end
   * @param far the other end
   * @param seed of all its decisions
   */
  static async start(
    lab: Lab,
    machine: Machine,
    { near, far, port, seed, impairments: { lost, reordered, duplicated } }: ImpairerOptions,
  ): Promise<Impairer> {
    const program = await compiled(lab, "impairer.c");
    const words = [near, port, far, port, seed, lost, reordered, duplicated].map(String);
    const relay = machine.background([program, ...words]);
    await relay.says(/ready/);
    return new Impairer(relay);
  }

  /** Ends it. @returns what it did, by direction */
  async stop(): Promise<{ fromNear: Impaired; fromFar: Impaired }> {
    await this.relay.stop("SIGTERM");
    return JSON.parse(this.relay.output.slice(this.relay.output.indexOf("{")));
  }
}

export interface ImpairerOptions {
  readonly near: string;
  readonly far: string;
  /** Of both addresses. */
  readonly port: number;
  readonly seed: number;
  readonly impairments: Impairments;
}
