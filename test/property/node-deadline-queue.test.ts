import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeadlineQueue } from "../../src/protocol/deadlines.js";

/** Sets an owner's deadline, or clears it; then takes what is due, if it is time for that. */
const step = fc.record({ owner: fc.nat(12), at: fc.option(fc.nat(50), { nil: undefined }), now: fc.integer({ min: -50, max: 50 }) });

function earliest(table: ReadonlyMap<number, number>): number | undefined {
  return table.size === 0 ? undefined : Math.min(...table.values());
}

describe("the queue of deadlines", () => {
  it("is a table of which the earliest is taken", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = new DeadlineQueue<number>();
        const table = new Map<number, number>();
        for (const { owner, at, now } of steps) {
          queue.set(owner, at);
          table.delete(owner);
          if (at !== undefined) table.set(owner, at);
          expect(queue.next()).toBe(earliest(table));
          const taken = queue.takeDue(now);
          expect(taken === undefined).toBe((earliest(table) ?? Number.POSITIVE_INFINITY) > now);
          if (taken !== undefined) expect(table.get(taken)).toBe(earliest(table));
          table.delete(taken ?? -1);
        }
        expect(queue.next()).toBe(earliest(table));
      }),
      { numRuns: 300 },
    );
  });
});
