import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Schedule } from "./schedule.js";

describe("a schedule", () => {
  it("gives what was planned in the order of time, and of planning where times are equal, whatever is planned meanwhile", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(20)), { maxLength: 200 }), (plan) => {
        const schedule = new Schedule();
        const waiting: { at: number; order: number }[] = [];
        const taken: number[] = [];
        plan.forEach((at, order) => {
          if (at !== null) {
            schedule.add(at, () => taken.push(order));
            waiting.push({ at, order });
            return;
          }
          waiting.sort((one, other) => one.at - other.at || one.order - other.order);
          expect(schedule.next()).toBe(waiting[0]?.at);
          schedule.take()?.();
          expect(taken.at(-1)).toBe(waiting.shift()?.order ?? taken.at(-1));
        });
      }),
    );
  });
});
