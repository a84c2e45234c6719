import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/base/time.js";
import { Coverage } from "./coverage.js";
import { twoSites } from "./two-sites.js";

describe("what a run got to", () => {
  it("is counted", () => {
    const coverage = new Coverage();
    twoSites({}, ({ world, a, b }) => {
      world.observe(coverage);
      a.transmit("b");
      b.transmit("a");
      world.run(SECOND);
      world.run(40 * SECOND);
      world.moveAddress(a);
      a.transmit("b");
      world.run(SECOND);
      b.restart();
      for (const site of [a, b]) coverage.collect(site);
    });
    expect(coverage.of("packets", "delivered")).toBe(3);
    expect(coverage.of("notices", "established")).toBe(2);
    expect(coverage.of("sessions", "simultaneous opens")).toBe(2);
    expect([coverage.of("sessions", "answered"), coverage.of("sessions", "made by calling")]).toEqual([2, 2]);
    expect([coverage.of("roaming", "followed"), coverage.of("roaming", "stayed")]).toEqual([1, 0]);
    expect(coverage.of("deadlines", "roaming")).toBe(1);
    expect(coverage.of("inputs", "moved")).toBeGreaterThan(0);
    expect(coverage.of("inputs", "nothing like it")).toBe(0);
  });

  it("adds up, and is told with the most frequent first", () => {
    const coverage = new Coverage();
    coverage.count("drops", "auth", 3);
    coverage.add({ drops: { auth: 1, replay: 2500 }, attacks: { races: 1 } });
    expect(coverage.table()).toBe("attacks                 races 1\ndrops                   replay 2,500 · auth 4");
  });
});
