import type { BootMillis, Millis, Now } from "../../src/base/time.js";
import { CLOCK_REST, CLOCK_STEP } from "../../src/protocol/limits.js";

/** Looks whether the time of day was set, as native-shim/src/generation.c does. */
export class ClockWatch {
  #ahead: Millis;
  #restUntil: BootMillis = Number.NEGATIVE_INFINITY;

  constructor({ boot, real }: Now) {
    this.#ahead = real - boot;
  }

  /** Whether keys must end: it was set since it last was so, and that is long enough ago. */
  wasSet({ boot, real }: Now): boolean {
    if (Math.abs(real - boot - this.#ahead) <= CLOCK_STEP || boot < this.#restUntil) return false;
    this.#ahead = real - boot;
    this.#restUntil = boot + CLOCK_REST;
    return true;
  }
}
