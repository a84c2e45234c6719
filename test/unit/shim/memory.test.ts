import { expect, test } from "vitest";
import { openShim } from "../../../src/shim/library.js";
import { collectGarbage, releaseMemory } from "../../../src/shim/memory.js";

test("what nobody refers to is collected at once", async () => {
  const lost = new WeakRef(new Uint8Array(1000));
  const kept = new Uint8Array(1000);
  const found = new WeakRef(kept);
  await collectGarbage();
  expect(lost.deref()).toBeUndefined();
  expect(found.deref()).toBe(kept);
});

test("memory that was freed goes back to the kernel after the heap was collected", async () => {
  const lost = new WeakRef(new Uint8Array(1000));
  const seen: unknown[] = [];
  await releaseMemory({ trim: () => seen.push(lost.deref()) });
  expect(seen).toEqual([undefined]);
});

test("the shim finds something to give back among many small pieces, and then nothing more", async () => {
  const shim = openShim();
  let pieces: Uint8Array[] = Array.from({ length: 1000 }, () => Buffer.allocUnsafeSlow(20_000).fill(1));
  expect(pieces).toHaveLength(1000);
  pieces = [];
  await collectGarbage();
  expect(shim.trim()).toBe(1);
});
