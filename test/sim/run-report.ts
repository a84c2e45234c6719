import { referenceSuite } from "../../src/crypto/reference.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import type { Counts } from "./coverage.js";
import { randomRun } from "./random-run.js";
import { productionSuite } from "./suite.js";

/** What a run is compared with: nothing, itself once more, or what the other suites make of it too. */
export type Comparison = "none" | "again" | "suites";

export interface RunRequest {
  readonly seed: number;
  readonly comparison: Comparison;
}

/** What is told of a run, from one process to another. */
export interface RunReport {
  readonly seed: number;
  /** How it broke a promise, and how to see that again. */
  readonly failure: string | undefined;
  readonly counts: Counts;
  /** The hash of its trace. */
  readonly trace: string;
}

export function runAndReport({ seed, comparison }: RunRequest): RunReport {
  try {
    const { world, coverage } = randomRun({ seed });
    const trace = world.trace.digest();
    for (const suite of SUITES[comparison]) mustAgree(seed, trace, suite);
    if (comparison !== "none") coverage.count("runs", comparison === "again" ? "run twice" : "run with all suites");
    return { seed, failure: undefined, counts: coverage.counts(), trace };
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, failure, counts: {}, trace: "" };
  }
}

/** Undefined: the quick one once more. */
const SUITES: Record<Comparison, readonly (CryptoSuite | undefined)[]> = {
  none: [],
  again: [undefined],
  suites: [undefined, referenceSuite, ...(productionSuite ? [productionSuite] : [])],
};

function mustAgree(seed: number, trace: string, suite: CryptoSuite | undefined): void {
  const other = randomRun(suite ? { seed, suite } : { seed }).world.trace.digest();
  if (other !== trace)
    throw new Error(
      `seed ${seed} is another run ${suite ? `with ${suite.name}` : "the second time"}\nagain: npm run sim -- --seed ${seed}`,
    );
}
