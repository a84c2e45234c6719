import type { Seeded } from "./seeded.js";

/** A datagram, changed in one of the ways in which one can be. @param other some other datagram */
export function damaged(bytes: Uint8Array, other: Uint8Array, random: Seeded): Uint8Array {
  const copy = bytes.slice();
  switch (random.below(6)) {
    case 0:
      return flipped(copy, random);
    case 1:
      return copy.subarray(0, random.below(copy.length));
    case 2:
      return extended(copy, random);
    case 3: // The head of one, the rest of another.
      copy.set(other.subarray(0, random.below(Math.min(other.length, copy.length))));
      return copy;
    case 4: // Another type, version or kind.
      copy[random.below(2)] = random.below(256);
      return copy;
    default:
      return copy.fill(0, random.below(copy.length), random.below(copy.length));
  }
}

function flipped(bytes: Uint8Array, random: Seeded): Uint8Array {
  for (let flips = 1 + random.below(8); flips > 0; flips--) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
  return bytes;
}

function extended(bytes: Uint8Array, random: Seeded): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1 + random.below(64));
  longer.set(bytes);
  return longer;
}
