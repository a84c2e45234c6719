import { describe, expect, it } from "vitest";
import { printable } from "../../../src/observe/printable.js";

describe("printable", () => {
  it.each([
    ["tunvpn/0.1.0", "tunvpn/0.1.0"],
    ["für 支店 🙂", "für 支店 🙂"],
    ["a\u001b[2Jb", "a\\u{1b}[2Jb"],
    ["a\nb\tc\u0000", "a\\u{a}b\\u{9}c\\u{0}"],
    ["\u009b31m", "\\u{9b}31m"],
    ["a\u202eb\u200f", "a\\u{202e}b\\u{200f}"],
    ["a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
    ["\ud800", "\\u{d800}"],
  ])("shows %j as %s", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});
