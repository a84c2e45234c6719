import { describe, expect, it } from "vitest";
import { RateLimit } from "../../../src/protocol/rate-limit.js";

function allowed(limit: RateLimit, times: number, now: number): number {
  return Array.from({ length: times }, () => limit.allows(now)).filter(Boolean).length;
}

describe("a rate limit", () => {
  it("allows a second's worth at once", () => {
    expect(allowed(new RateLimit(20), 30, 1000)).toBe(20);
  });

  it("fills up again with time, to a second's worth at most", () => {
    const limit = new RateLimit(20);
    allowed(limit, 30, 1000);
    expect(allowed(limit, 30, 1049)).toBe(0);
    expect(allowed(limit, 30, 1050)).toBe(1);
    expect(allowed(limit, 30, 1550)).toBe(10);
    expect(allowed(limit, 30, 9000)).toBe(20);
  });
});
