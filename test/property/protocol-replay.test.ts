import fc from "fast-check";
import { expect, test } from "vitest";
import { REPLAY_WINDOW, ReplayWindow } from "../../src/protocol/wire/replay.js";

/** The same window, by remembering everything. */
class RememberedCounters {
  readonly #seen = new Set<number>();
  #head = -1;

  mark(counter: number): boolean {
    if (this.#seen.has(counter) || this.#head - counter > REPLAY_WINDOW) return false;
    this.#seen.add(counter);
    this.#head = Math.max(this.#head, counter);
    return true;
  }
}

/** Arrivals around a moving head: steps that are mostly small, now and then as long as the map or far longer. */
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -70, max: 70 }) },
    { weight: 3, arbitrary: fc.integer({ min: -9000, max: 9000 }) },
    { weight: 1, arbitrary: fc.constantFrom(64, 128, 8128, 8129, 8192, -8128, -8129, -8192, 16384, 2 ** 31, 2 ** 32, 2 ** 40) },
  ),
  { maxLength: 400 },
);

test("the window is a memory of everything, cut off at its length", () => {
  fc.assert(
    fc.property(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 52 - 1 })), steps, (start, walk) => {
      const window = new ReplayWindow();
      const model = new RememberedCounters();
      let counter = start;
      for (const step of [0, ...walk]) {
        counter = Math.min(2 ** 52 - 1, Math.max(0, counter + step));
        const fresh = window.isFresh(counter);
        const accepted = model.mark(counter);
        expect(fresh).toBe(accepted);
        expect(window.mark(counter)).toBe(accepted);
      }
    }),
    { numRuns: 300 },
  );
});
