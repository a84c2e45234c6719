import { invariant } from "../base/invariant.js";
import type { BootMillis } from "../base/time.js";
import type { Random } from "../crypto/suite.js";
import { INDEX_REUSE_AFTER } from "./limits.js";

/** Hands out session indices: random, non-zero, unique on the device, not used again for 180 s. @see docs/protocol.md §1 */
export class SessionIndices {
  readonly #held = new Set<number>();
  /** When each was released, in that order. */
  readonly #resting = new Map<number, BootMillis>();

  constructor(private readonly random: Random) {}

  take(now: BootMillis): number {
    this.#forget(now);
    for (;;) {
      const bytes = this.random(4);
      const index = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      if (index === 0 || this.#held.has(index) || this.#resting.has(index)) continue;
      this.#held.add(index);
      return index;
    }
  }

  release(index: number, now: BootMillis): void {
    invariant(this.#held.delete(index), "released a session index that was not held");
    this.#resting.set(index, now);
  }

  #forget(now: BootMillis): void {
    for (const [index, releasedAt] of this.#resting) {
      if (now - releasedAt < INDEX_REUSE_AFTER) return;
      this.#resting.delete(index);
    }
  }
}
