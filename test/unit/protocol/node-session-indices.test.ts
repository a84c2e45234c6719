import { describe, expect, it } from "vitest";
import { SessionIndices } from "../../../src/protocol/session-indices.js";

/** Indices drawn from a list, as little-endian bytes behind other bytes. */
function indices(...values: readonly number[]): SessionIndices {
  const left = [...values];
  return new SessionIndices(() => {
    const view = new DataView(new ArrayBuffer(12));
    view.setUint32(8, left.shift() ?? 0, true);
    return new Uint8Array(view.buffer, 8, 4);
  });
}

describe("session indices", () => {
  it("are never zero and never held twice", () => {
    const source = indices(0, 5, 5, 5, 6);
    expect([source.take(0), source.take(0)]).toEqual([5, 6]);
  });

  it("are not used again for 180 s after their release", () => {
    const source = indices(5, 5, 6, 5);
    source.take(0);
    source.release(5, 1000);
    expect(source.take(180_999)).toBe(6);
    expect(source.take(181_000)).toBe(5);
  });

  it("come free one by one", () => {
    const source = indices(1, 2, 3, 1, 2, 3, 7, 2, 3, 8, 3);
    for (const at of [0, 0, 0]) source.take(at);
    for (const index of [1, 2, 3]) source.release(index, index * 1000);
    expect(source.take(181_000)).toBe(1);
    expect(source.take(181_999)).toBe(7);
    expect(source.take(182_000)).toBe(2);
    expect(source.take(182_999)).toBe(8);
    expect(source.take(183_000)).toBe(3);
  });

  it("are released once, by who took them", () => {
    const source = indices(5);
    expect(() => source.release(5, 0)).toThrow("not held");
    source.take(0);
    source.release(5, 0);
    expect(() => source.release(5, 1)).toThrow("not held");
  });
});
