import { describe, expect, it } from "vitest";
import { formatDuration, formatRoundTrip, formatShortDuration } from "../../../src/observe/duration.js";

describe("formatDuration", () => {
  it.each([
    [1, "1 second"],
    [59, "59 seconds"],
    [60, "1 minute"],
    [3600, "1 hour"],
    [90_062, "1 day, 1 hour, 1 minute, 2 seconds"],
    [365 * 86_400 + 1, "1 year, 1 second"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("formatShortDuration", () => {
  it.each([
    [0, "0s"],
    [59, "59s"],
    [63, "1m 3s"],
    [3600, "1h"],
    [90_062, "1d 1h"],
    [400 * 86_400, "1y 35d"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(formatShortDuration(seconds)).toBe(text);
  });
});

describe("formatRoundTrip", () => {
  it.each([
    [0.04, "0.0 ms"],
    [9.94, "9.9 ms"],
    [10.4, "10 ms"],
    [250.5, "251 ms"],
  ])("writes %d ms as %s", (milliseconds, text) => {
    expect(formatRoundTrip(milliseconds)).toBe(text);
  });
});
