import { describe, expect, it } from "vitest";
import { runAndReport } from "./run-report.js";

/** Many more are made by `npm run sim` and `npm run soak`. */
describe("a run", () => {
  it.each([1, 2])("with seed %i keeps its promises, and is the same twice and with each suite", (seed) => {
    const { failure, trace, counts } = runAndReport({ seed, comparison: "suites" });
    expect(failure).toBeUndefined();
    expect(trace).toMatch(/^[0-9a-f]{64}$/);
    expect(counts.runs?.["run with all suites"]).toBe(1);
  });

  it("with another seed is another run", () => {
    const traces = [3, 4].map((seed) => runAndReport({ seed, comparison: "none" }).trace);
    expect(new Set(traces).size).toBe(2);
  });
});
