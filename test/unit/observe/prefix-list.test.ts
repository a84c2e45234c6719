import { describe, expect, it } from "vitest";
import { formatPrefixes } from "../../../src/observe/prefix-list.js";

const THREE = ["10.1.0.0/24", "10.2.0.0/24", "fd00::/8"];

describe("formatPrefixes", () => {
  it.each([
    [Number.POSITIVE_INFINITY, "10.1.0.0/24,10.2.0.0/24,fd00::/8"],
    [32, "10.1.0.0/24,10.2.0.0/24,fd00::/8"],
    [31, "10.1.0.0/24,10.2.0.0/24 +1"],
    [26, "10.1.0.0/24,10.2.0.0/24 +1"],
    [25, "10.1.0.0/24 +2"],
    [0, "10.1.0.0/24 +2"],
  ])("fits into %d columns as %s", (width, text) => {
    expect(formatPrefixes(THREE, width)).toBe(text);
  });

  it("says so when there are none", () => {
    expect(formatPrefixes([], 80)).toBe("(none)");
  });
});
