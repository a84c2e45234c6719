import { describe, expect, it } from "vitest";
import { quote } from "../../../src/config/quote.js";
import { OWN_PRIVATE } from "./sample.js";

describe("quote", () => {
  it("shows ordinary text as it is", () => {
    expect(quote("10.0.0.1/24, Zürich")).toBe('"10.0.0.1/24, Zürich"');
  });

  it("hides what may be a key, wherever it stands", () => {
    expect(quote(`51820 PrivateKey=${OWN_PRIVATE} x`)).toBe('"51820 PrivateKey=(hidden) x"');
  });

  it("keeps control characters from the terminal", () => {
    expect(quote("a\u001b[31mb\u0000\u202ec")).toBe('"a\u{fffd}[31mb\u{fffd}\u{fffd}c"');
  });

  it("shortens by whole characters", () => {
    expect(quote("😀".repeat(61))).toBe(`"${"😀".repeat(60)}…"`);
    expect(quote("😀".repeat(60))).toBe(`"${"😀".repeat(60)}"`);
  });
});
