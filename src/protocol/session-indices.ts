import { invariant } from "../base/invariant.js";
import type { BootMillis } from "../base/time.js";
import type { Random } from "../crypto/suite.js";
import { INDEX_REUSE_AFTER } from "./limits.js";

/** Hands out session indices: random, non-zero, unique on the device, not used again for 180 s. @see docs/protocol.md §1 */
export class SessionIndices {
  readonly #taken = new Set<number>();
  /** In the order of their release. */
  readonly #released: { index: number; at: BootMillis }[] = [];

  constructor(private readonly random: Random) {}

  take(now: BootMillis): number {
    this.#forget(now);
    for (;;) {
      const bytes = this.random(4);
      const index = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      if (index === 0 || this.#taken.has(index)) continue;
      this.#taken.add(index);
      return index;
    }
  }

  release(index: number, now: BootMillis): void {
    invariant(this.#taken.has(index), "released a session index that was not taken");
    this.#released.push({ index, at: now });
  }

  #forget(now: BootMillis): void {
    const kept = this.#released.findIndex(({ at }) => now - at < INDEX_REUSE_AFTER);
    for (const { index } of this.#released.splice(0, kept === -1 ? this.#released.length : kept)) this.#taken.delete(index);
  }
}
