/** Control messages and what is to be said of each. @see docs/protocol.md §9 */
export interface CborVector {
  readonly name: string;
  readonly bytes: string;
  /** "ok", or the first rule that is broken. */
  readonly verdict: string;
}

export function cborVectors(): CborVector[] {
  return VERDICTS.map(([name, bytes, verdict]) => ({ name, bytes: bytes.replaceAll(" ", ""), verdict }));
}

/** A map of one pair, key 0. */
const holding = (value: string) => `a1 00 ${value}`;
const sequence = (from: number, count: number, item: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => item(from + i)).join("");
const byte = (value: number) => value.toString(16).padStart(2, "0");
/** A map of `count` pairs, keys 0 up, each value 0. */
const map = (count: number) => byte(0xa0 + count) + sequence(0, count, (key) => `${byte(key)}00`);
/** An array of `count` items. */
const array = (count: number, item: string) => `98 ${byte(count)} ${item.repeat(count)}`;
const text = (length: number) => `78 ${byte(length)} ${"61".repeat(length)}`;
const bytes = (length: number) => `58 ${byte(length)} ${"ff".repeat(length)}`;
/** 14 pairs of 64 bytes and one of the rest. */
const sized = (length: number) => {
  const full = sequence(0, 14, (key) => byte(key) + bytes(64));
  const rest = length - 1 - 14 * 67 - 1;
  const items = Math.floor((rest - 2) / 66);
  const last = rest - 2 - items * 66 - 2;
  return `af ${full} 0e 98 ${byte(items + 1)} ${bytes(64).repeat(items)} ${bytes(last)}`;
};

const VERDICTS: readonly [name: string, bytes: string, verdict: string][] = [
  ["HELLO", "a3 00 01 01 6c 74756e76706e2f302e312e30 02 19 058c", "ok"],
  ["GOODBYE", "a2 00 06 01 00", "ok"],
  ["a type of a later version", holding("18 63"), "ok"],
  ["empty map", "a0", "ok"],
  ["unsigned in its longer forms", "a5 00 18 01 01 19 0001 02 1a 00000001 03 1b 0000000000000001 04 17", "ok"],
  ["highest number", holding("1b 001fffffffffffff"), "ok"],
  ["booleans", "a2 00 f4 01 f5", "ok"],
  ["empty strings, array and map", "a4 00 40 01 60 02 80 03 a0", "ok"],
  ["text of 64 bytes", holding(text(64)), "ok"],
  ["bytes of 64 bytes", holding(bytes(64)), "ok"],
  ["text beyond ASCII", holding("6a c3a9 e282ac f09f9880 7f"), "ok"],
  ["array of 32", holding(array(32, "00")), "ok"],
  ["map of 16", map(16), "ok"],
  ["map of 16, its length in a byte", `b8 10 ${map(16).slice(2)}`, "ok"],
  ["nested to depth 3", holding("81 a1 00 01"), "ok"],
  ["arrays to depth 3", holding("81 81 00"), "ok"],
  ["keys that ascend with gaps", "a3 00 00 05 00 18ff 00", "ok"],
  ["256 items", `a8 ${sequence(0, 7, (key) => byte(key) + array(32, "00"))} 07 8f ${"00".repeat(15)}`, "ok"],
  ["1,200 bytes", sized(1200), "ok"],

  ["1,201 bytes", sized(1201), "size"],
  ["nothing", "", "truncated"],
  ["a map that ends after its head", "a1", "truncated"],
  ["a map that ends after a key", "a1 00", "truncated"],
  ["a number that ends within", holding("19 01"), "truncated"],
  ["a number of eight bytes that ends within", holding("1b 00000000000000"), "truncated"],
  ["text that ends within", holding("63 6161"), "truncated"],
  ["an array that ends within", holding("82 00"), "truncated"],
  ["a byte after the map", "a0 00", "trailing"],
  ["a second map", "a0 a0", "trailing"],
  ["an array", "80", "root"],
  ["a number", "00", "root"],
  ["text", "61 61", "root"],
  ["a tagged map", "d9 d9f7 a0", "root"],
  ["map of indefinite length", "bf ff", "indefinite"],
  ["array of indefinite length", holding("9f ff"), "indefinite"],
  ["text of indefinite length", holding("7f 61 61 ff"), "indefinite"],
  ["bytes of indefinite length", holding("5f 41 61 ff"), "indefinite"],
  ["a break", holding("ff"), "indefinite"],
  ["negative", holding("20"), "type"],
  ["a tag", holding("c0 00"), "type"],
  ["null", holding("f6"), "type"],
  ["undefined", holding("f7"), "type"],
  ["simple value 0", holding("e0"), "type"],
  ["true in two bytes", holding("f8 15"), "type"],
  ["half float", holding("f9 3c00"), "type"],
  ["float", holding("fa 3f800000"), "type"],
  ["double", holding("fb 3ff0000000000000"), "type"],
  ["reserved length 28", holding("1c"), "type"],
  ["reserved length 29", holding("5d"), "type"],
  ["reserved length 30", holding("9e"), "type"],
  ["2^53", holding("1b 0020000000000000"), "integer"],
  ["2^64 − 1", holding("1b ffffffffffffffff"), "integer"],
  ["array at depth 4", holding("81 81 80"), "depth"],
  ["map at depth 4", holding("81 a1 00 a0"), "depth"],
  ["text of 65 bytes", holding(text(65)), "string"],
  ["bytes of 65 bytes", holding(bytes(65)), "string"],
  ["text of 2^32 bytes", holding("7b 0000000100000000"), "string"],
  ["array of 33", holding(array(33, "00")), "array"],
  ["array of 2^64 − 1", holding("9b ffffffffffffffff"), "array"],
  ["map of 17", map(17), "map"],
  ["map of 2^32", "ba ffffffff", "map"],
  ["text as key", "a1 61 61 00", "key"],
  ["negative as key", "a1 20 00", "key"],
  ["boolean as key", "a1 f5 00", "key"],
  ["map as key", "a1 a0 00", "key"],
  ["text as key of an inner map", holding("a1 61 61 00"), "key"],
  ["key above 2^53 − 1", "a1 1b 0020000000000000 00", "integer"],
  ["the same key twice", "a2 00 00 00 00", "order"],
  ["the same key twice, in another form", "a2 01 00 18 01 00", "order"],
  ["keys that descend", "a2 01 00 00 00", "order"],
  ["keys that descend in an inner map", holding("a2 02 00 01 00"), "order"],
  ["257 items", `a8 ${sequence(0, 7, (key) => byte(key) + array(32, "00"))} 07 90 ${"00".repeat(16)}`, "items"],
  ["text with a bare continuation byte", holding("61 80"), "utf8"],
  ["text with an overlong form", holding("62 c080"), "utf8"],
  ["text with a surrogate", holding("63 eda080"), "utf8"],
  ["text cut within a character", holding("62 e282"), "utf8"],
];
