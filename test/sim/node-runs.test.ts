import { describe, expect, it } from "vitest";
import { referenceSuite } from "../../src/crypto/reference.js";
import { randomRun } from "./random-run.js";

/** TUNVPN_SEED=7 repeats one run, TUNVPN_SEEDS=500 makes many. */
const { TUNVPN_SEED: seed = "1", TUNVPN_SEEDS: seeds = process.env.TUNVPN_SEED ? "1" : "12" } = process.env;
const SEEDS = Array.from({ length: Number(seeds) }, (_, i) => Number(seed) + i);
const REFERENCE_SEEDS = Array.from({ length: 10 }, (_, i) => 101 + i);

describe("a run", () => {
  it.each(SEEDS)("with seed %i keeps its promises and recovers", (seed) => {
    const { world } = randomRun({ seed });
    expect(world.transits.length).toBeGreaterThan(100);
  });

  it.each(REFERENCE_SEEDS)("with seed %i is the same twice, and with the other suite", (seed) => {
    const run = { seed };
    const [first, second, third] = [run, run, { ...run, suite: referenceSuite }].map((options) => randomRun(options).world.trace.digest());
    expect(second).toBe(first);
    expect(third).toBe(first);
  });
});
