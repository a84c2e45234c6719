import { type BootMillis, SECOND } from "../base/time.js";

/** A token bucket that holds one second's worth. */
export class RateLimit {
  #tokens: number;
  #at: BootMillis = Number.NEGATIVE_INFINITY;

  constructor(private readonly perSecond: number) {
    this.#tokens = perSecond;
  }

  /** Takes one token. @returns false when there is none */
  allows(now: BootMillis): boolean {
    const gained = ((now - this.#at) / SECOND) * this.perSecond;
    this.#tokens = Math.min(this.perSecond, this.#tokens + gained);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
