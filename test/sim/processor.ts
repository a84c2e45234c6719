import type { BootMillis, Millis } from "../../src/base/time.js";
import type { Input } from "../../src/protocol/effects.js";

/** How quick a site's control thread is. */
export interface ProcessorOptions {
  /** What it takes to handle an input. */
  cost(input: Input): Millis;
  /** How many events may wait. Those that a stranger can cause are lost when half as many do. */
  readonly waiting: number;
}

/** One thread that takes events in turn, each for as long as it costs. What it does of an event shows when it is done with it. */
export class Processor {
  /** Events that found too many waiting. */
  lost = 0;
  #waiting = 0;
  #busyUntil: BootMillis = 0;

  constructor(
    private readonly options: ProcessorOptions,
    private readonly now: () => BootMillis,
    private readonly at: (time: BootMillis, act: () => void) => void,
  ) {}

  take(input: Input, act: () => void): void {
    const isStrangers = input.type === "message" || input.type === "unknown-index";
    if (this.#waiting >= (isStrangers ? this.options.waiting / 2 : this.options.waiting)) {
      this.lost++;
      return;
    }
    this.#waiting++;
    this.#busyUntil = Math.max(this.now(), this.#busyUntil) + this.options.cost(input);
    this.at(this.#busyUntil, () => {
      this.#waiting--;
      act();
    });
  }
}
