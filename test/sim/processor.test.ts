import { describe, expect, it } from "vitest";
import type { Input } from "../../src/protocol/effects.js";
import { endpoint } from "./places.js";
import { Processor } from "./processor.js";
import { Schedule } from "./schedule.js";

const MESSAGE: Input = { type: "message", datagram: new Uint8Array(), source: endpoint("192.0.2.1:1") };
const ACTIVE: Input = { type: "active", peer: 0 };

describe("a processor", () => {
  it("takes one event after the other, each for its time, and rests between them", () => {
    const [schedule, done]: [Schedule, number[]] = [new Schedule(), []];
    let now = 100;
    const processor = new Processor(
      { cost: ({ type }) => (type === "message" ? 10 : 1), waiting: 10 },
      () => now,
      (time, act) => schedule.add(time, act),
    );
    const run = () => {
      for (let time = schedule.next(); time !== undefined; time = schedule.next()) {
        now = time;
        schedule.take()?.();
      }
    };
    for (const input of [MESSAGE, ACTIVE, MESSAGE]) processor.take(input, () => done.push(now));
    run();
    now = 200;
    processor.take(ACTIVE, () => done.push(now));
    run();
    expect(done).toEqual([110, 111, 121, 201]);
    expect(processor.lost).toBe(0);
  });

  it("loses what strangers cause when it is half full, and everything when it is full", () => {
    const processor = new Processor(
      { cost: () => 1, waiting: 10 },
      () => 0,
      () => {},
    );
    const takes = (input: Input, times: number) => {
      for (let i = 0; i < times; i++) processor.take(input, () => {});
      return processor.lost;
    };
    expect(takes(MESSAGE, 5)).toBe(0);
    expect(takes(MESSAGE, 1)).toBe(1);
    expect(takes(ACTIVE, 5)).toBe(1);
    expect(takes(ACTIVE, 1)).toBe(2);
  });
});
