import { expect } from "vitest";
import { AT, bombard, linkOf, makeAttackedPair } from "../lab/attacked-pair.js";
import type { Datagram } from "../lab/eve.js";
import { INNER } from "../lab/pair.js";
import { scenario } from "../lab/scenario.js";

const NAMES: Readonly<Record<number, string>> = { 1: "INIT", 2: "RESP", 4: "DATA" };
const EXTENSIONS = 16;

/** Each bit turned over, each shorter length but none, and some longer ones. */
function mutationsOf({ bytes, ...way }: Datagram): Datagram[] {
  const flipped = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  });
  const shortened = Array.from({ length: bytes.length - 1 }, (_, i) => bytes.subarray(0, i + 1));
  const extended = Array.from({ length: EXTENSIONS }, (_, i) => Buffer.concat([bytes, Buffer.alloc(i + 1, 0xaa)]));
  return [...flipped, ...shortened, ...extended].map((copy) => ({ ...way, bytes: copy }));
}

scenario("no bit of a message can be changed, none cut off and none added", async ({ lab }) => {
  const { a, b, eve } = await makeAttackedPair(lab);
  await b.up();
  await a.up("--wait");
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
  const recording = eve.heard();
  const before = [await linkOf(a), await linkOf(b)];
  for (const [type, name] of Object.entries(NAMES)) {
    const original = recording.findLast(({ bytes }) => bytes[0] === Number(type));
    expect(original, name).toBeDefined();
    if (original) await bombard(eve, original.to === AT.a ? a : b, mutationsOf(original));
    expect([await linkOf(a), await linkOf(b)], name).toEqual(before);
  }
  const answers = eve.heard().slice(recording.length);
  expect(answers.filter(({ bytes }) => bytes[0] !== 4)).toEqual([]);
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
});
