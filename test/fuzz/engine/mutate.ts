import type { Seeded } from "../../sim/seeded.js";

const USUAL = [0, 1, 7, 8, 16, 20, 32, 64, 127, 128, 254, 255];
const CHANGES_MOST = 6;

/** An input with some changes. @param others what pieces may come from */
export function mutated(input: Uint8Array, others: readonly Uint8Array[], words: readonly Uint8Array[], longest: number, random: Seeded) {
  let bytes = input;
  for (let changes = 1 + random.below(CHANGES_MOST); changes > 0; changes--) bytes = changed(bytes, others, words, random);
  return bytes.subarray(0, longest);
}

function changed(bytes: Uint8Array, others: readonly Uint8Array[], words: readonly Uint8Array[], random: Seeded): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = 1 + random.below(random.chance(0.8) ? 8 : 64);
  switch (random.below(9)) {
    case 0:
      return overwritten(bytes, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << random.below(8))));
    case 1:
      return overwritten(bytes, at, Uint8Array.of(random.pick(USUAL)));
    case 2:
      return overwritten(bytes, at, random.bytes(random.chance(0.5) ? 1 : 4));
    case 3:
      return overwritten(bytes, at, Uint8Array.of((bytes[at] ?? 0) + random.below(33) - 16));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 5:
      return inserted(bytes, at, random.bytes(length));
    case 6:
      return inserted(bytes, at, piece(bytes, random));
    case 7:
      return words.length === 0 ? bytes : (random.chance(0.5) ? inserted : overwritten)(bytes, at, random.pick(words));
    default:
      return (random.chance(0.5) ? inserted : overwritten)(bytes, at, piece(others.length > 0 ? random.pick(others) : bytes, random));
  }
}

function piece(bytes: Uint8Array, random: Seeded): Uint8Array {
  const from = random.below(bytes.length + 1);
  return bytes.subarray(from, from + random.below(bytes.length - from + 1));
}

function inserted(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  return joined(bytes.subarray(0, at), part, bytes.subarray(at));
}

function overwritten(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  return joined(bytes.subarray(0, at), part, bytes.subarray(at + part.length));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
