import { describe, expect, it } from "vitest";
import { formatByteCount } from "../../../src/observe/byte-count.js";

describe("formatByteCount", () => {
  // What wg 1.0 prints for the same counts.
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.00 KiB"],
    [1239, "1.21 KiB"],
    [1_048_575, "1024.00 KiB"],
    [1_048_576, "1.00 MiB"],
    [5_492_165_909, "5.11 GiB"],
    [3_298_534_883_328, "3.00 TiB"],
    [2 ** 53, "8192.00 TiB"],
  ])("writes %d as %s", (bytes, text) => {
    expect(formatByteCount(bytes)).toBe(text);
  });
});
