import { describe, expect, it } from "vitest";
import { quantile, summarize } from "../../bench/statistics.js";

describe("quantile", () => {
  it.each([
    [[7], 0.5, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2.5],
    [[10, 9, 100], 0.5, 10],
    [[0, 10], 0.99, 9.9],
    [[2, 1], 0, 1],
    [[2, 1], 1, 2],
  ])("of %j at %d is %d", (samples, part, expected) => {
    expect(quantile(samples, part)).toBeCloseTo(expected);
  });

  it("leaves the samples in their order", () => {
    const samples = [3, 1, 2];
    quantile(samples, 0.5);
    expect(samples).toEqual([3, 1, 2]);
  });

  it("refuses nothing", () => {
    expect(() => quantile([], 0.5)).toThrow("nothing");
  });
});

describe("a summary", () => {
  it("tells median, least and most, and keeps the samples as they came", () => {
    expect(summarize([5, 100, 20])).toEqual({ samples: [5, 100, 20], median: 20, min: 5, max: 100 });
  });

  it("of nothing there is not", () => {
    expect(summarize([])).toBeUndefined();
  });
});
