import { describe, expect, it } from "vitest";
import { referenceSuite } from "../../src/crypto/reference.js";
import { randomRun } from "./random-run.js";

const SEEDS = Array.from({ length: Number(process.env.TUNVPN_SEEDS ?? 12) }, (_, i) => i + Number(process.env.TUNVPN_SEED ?? 1));

describe("a run", () => {
  it.each(SEEDS)("with seed %i keeps its promises and recovers", (seed) => {
    const world = randomRun({ seed, sites: 2 + (seed % 4), minutes: 8 });
    expect(world.transits.length).toBeGreaterThan(100);
  });

  it.each([101, 102])("with seed %i is the same twice, and with the other suite", (seed) => {
    const run = { seed, sites: 2, minutes: 2 };
    const [first, second, third] = [run, run, { ...run, suite: referenceSuite }].map((options) => randomRun(options).diagram(1e9));
    expect(second).toBe(first);
    expect(third).toBe(first);
  });
});
