import type { BootMillis, Millis } from "../../src/base/time.js";

/** Milliseconds since the epoch. */
export type RealMillis = number;

export const YEAR_1970: RealMillis = 0;
export const YEAR_2200: RealMillis = Date.UTC(2200, 0);

/** What a site takes for the time of day. It may be wrong, and may jump. */
export class WallClock {
  #ahead: Millis;
  #swing: { readonly from: BootMillis; readonly interval: Millis; readonly span: Millis } | undefined;

  /** @param ahead of the boot clock */
  constructor(ahead: Millis) {
    this.#ahead = ahead;
  }

  read(boot: BootMillis): RealMillis {
    return boot + this.#ahead + this.#swungBy(boot);
  }

  /** Sets it, once. */
  set(real: RealMillis, boot: BootMillis): void {
    this.#ahead = real - boot;
    this.#swing = undefined;
  }

  /** Lets it step forth and back at each interval, for good. */
  swing(interval: Millis, span: Millis, boot: BootMillis): void {
    this.#swing = { from: boot, interval, span };
  }

  #swungBy(boot: BootMillis): Millis {
    if (this.#swing === undefined) return 0;
    const { from, interval, span } = this.#swing;
    return Math.floor((boot - from) / interval) % 2 === 0 ? 0 : span;
  }
}
