import type { Millis } from "../../src/base/time.js";
import type { Seeded } from "./seeded.js";

/** What the network does to the datagrams of one direction. */
export interface Link {
  readonly latency: Millis;
  /** Added at random, hence reordering. */
  readonly jitter: Millis;
  /** Probabilities. */
  readonly loss: number;
  readonly duplication: number;
  /** Of being held back for up to three latencies, so that others overtake it. */
  readonly reordering: number;
  readonly bursts: Bursts | undefined;
  /** Largest UDP payload; a larger one is lost. */
  readonly mtu: number;
}

/** Losses in a row, by Gilbert and Elliott. */
export interface Bursts {
  /** Probabilities, at each datagram, that a burst begins, and that it ends. */
  readonly begin: number;
  readonly end: number;
  /** Probability of loss within a burst. */
  readonly loss: number;
}

export const CALM: Link = { latency: 10, jitter: 0, loss: 0, duplication: 0, reordering: 0, bursts: undefined, mtu: 65_507 };

/** One direction between two places. */
export class Path {
  #inBurst = false;

  /** What becomes of the next datagram. @returns the delay of each copy that arrives; none: it is lost */
  delays(link: Link, random: Seeded): Millis[] {
    if (this.#isLostInBurst(link.bursts, random) || random.chance(link.loss)) return [];
    const delays = [delayOf(link, random)];
    if (random.chance(link.duplication)) delays.push(delayOf(link, random));
    return delays;
  }

  #isLostInBurst(bursts: Bursts | undefined, random: Seeded): boolean {
    if (bursts === undefined) return false;
    this.#inBurst = this.#inBurst ? !random.chance(bursts.end) : random.chance(bursts.begin);
    return this.#inBurst && random.chance(bursts.loss);
  }
}

function delayOf({ latency, jitter, reordering }: Link, random: Seeded): Millis {
  const usual = latency + random.fraction() * jitter;
  return random.chance(reordering) ? usual + random.between(0, 3 * latency) : usual;
}
