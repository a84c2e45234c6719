import fc from "fast-check";
import { expect, test } from "vitest";
import { cborFault } from "../../src/protocol/wire/cbor.js";
import { decodeControl } from "../../src/protocol/wire/control.js";

/** An item that the wire can carry, and some that break a limit. */
type Item =
  | { readonly is: "number"; readonly value: number }
  | { readonly is: "bytes" | "text"; readonly value: Buffer }
  | { readonly is: "boolean"; readonly value: boolean }
  | { readonly is: "array"; readonly value: readonly Item[] }
  | { readonly is: "map"; readonly value: readonly (readonly [number, Item])[] };

const leaf: fc.Arbitrary<Item> = fc.oneof(
  fc.maxSafeNat().map((value): Item => ({ is: "number", value })),
  fc.nat({ max: 300 }).map((value): Item => ({ is: "number", value })),
  fc.uint8Array({ maxLength: 66, size: "max" }).map((value): Item => ({ is: "bytes", value: Buffer.from(value) })),
  fc.string({ unit: "binary", maxLength: 40 }).map((value): Item => ({ is: "text", value: Buffer.from(value) })),
  fc.boolean().map((value): Item => ({ is: "boolean", value })),
);

/** Keys ascend, mostly: a quarter of the maps have them as they come. */
const keys = fc.tuple(fc.array(fc.nat({ max: 400 }), { maxLength: 18, size: "max" }), fc.integer({ min: 0, max: 3 }));
const mapOf = (item: fc.Arbitrary<Item>): fc.Arbitrary<Item> =>
  keys.chain(([drawn, luck]) => {
    const used = luck === 0 ? drawn : [...new Set(drawn)].sort((a, b) => a - b);
    return fc.tuple(...used.map((key) => item.map((value) => [key, value] as const))).map((value): Item => ({ is: "map", value }));
  });
const arrayOf = (item: fc.Arbitrary<Item>): fc.Arbitrary<Item> =>
  fc.array(item, { maxLength: 34 }).map((value): Item => ({ is: "array", value }));

const { root } = fc.letrec<{ root: Item; depth2: Item; depth3: Item; depth4: Item }>((tie) => ({
  root: mapOf(fc.oneof({ weight: 4, arbitrary: leaf }, { weight: 1, arbitrary: tie("depth2") })),
  depth2: fc.oneof(leaf, mapOf(tie("depth3")), arrayOf(tie("depth3"))),
  depth3: fc.oneof({ weight: 8, arbitrary: leaf }, mapOf(tie("depth4")), arrayOf(tie("depth4"))),
  depth4: fc.oneof({ weight: 20, arbitrary: leaf }, arrayOf(leaf)),
}));

function encode(item: Item): Buffer {
  switch (item.is) {
    case "number":
      return head(0, item.value);
    case "bytes":
      return Buffer.concat([head(2, item.value.length), item.value]);
    case "text":
      return Buffer.concat([head(3, item.value.length), item.value]);
    case "boolean":
      return Buffer.of(item.value ? 0xf5 : 0xf4);
    case "array":
      return Buffer.concat([head(4, item.value.length), ...item.value.map(encode)]);
    case "map":
      return Buffer.concat([head(5, item.value.length), ...item.value.flatMap(([key, value]) => [head(0, key), encode(value)])]);
  }
}

function head(major: number, argument: number): Buffer {
  const first = major << 5;
  if (argument < 24) return Buffer.of(first | argument);
  if (argument < 2 ** 8) return Buffer.of(first | 24, argument);
  const long = Buffer.alloc(9);
  long[0] = first | 27;
  long.writeBigUInt64BE(BigInt(argument), 1);
  return long;
}

/** The rules again, by recursion over what was meant. */
function allowed(item: Item, depth: number): boolean {
  switch (item.is) {
    case "number":
    case "boolean":
      return true;
    case "bytes":
    case "text":
      return item.value.length <= 64;
    case "array":
      return depth < 3 && item.value.length <= 32 && item.value.every((inner) => allowed(inner, depth + 1));
    case "map": {
      const ascending = item.value.every(([key], i) => i === 0 || key > (item.value[i - 1]?.[0] ?? 0));
      return depth < 3 && item.value.length <= 16 && ascending && item.value.every(([, inner]) => allowed(inner, depth + 1));
    }
  }
}

function count(item: Item): number {
  if (item.is === "array") return 1 + item.value.reduce((sum, inner) => sum + count(inner), 0);
  if (item.is === "map") return 1 + item.value.reduce((sum, [, inner]) => sum + 1 + count(inner), 0);
  return 1;
}

test("the validator accepts what keeps the rules, and nothing else", () => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(root, (item) => {
      const bytes = new Uint8Array(encode(item));
      const good = bytes.length <= 1200 && allowed(item, 0) && count(item) <= 256;
      expect(cborFault(bytes) === undefined).toBe(good);
      if (good) accepted++;
      else refused++;
    }),
    { numRuns: 2000 },
  );
  // A generator that only made one of the two would test nothing.
  expect(Math.min(accepted, refused)).toBeGreaterThan(100);
});

test("a message cut anywhere, or longer by a byte, is refused", () => {
  fc.assert(
    fc.property(root, fc.nat(), (item, cut) => {
      const bytes = new Uint8Array(encode(item));
      fc.pre(cborFault(bytes) === undefined);
      expect(cborFault(bytes.subarray(0, cut % bytes.length))).toBeDefined();
      if (bytes.length < 1200) expect(cborFault(Uint8Array.of(...bytes, cut % 256))).toBeDefined();
    }),
    { numRuns: 500 },
  );
});

test("whatever passes the validator, the decoder takes as the map that was meant", () => {
  fc.assert(
    fc.property(root, fc.integer({ min: 2, max: 5 }), (item, type) => {
      if (item.is !== "map") throw new Error("the root is a map");
      const typed: Item = { is: "map", value: [[0, { is: "number", value: type }], ...item.value.filter(([key]) => key > 0)] };
      const bytes = new Uint8Array(encode(typed));
      const expected = cborFault(bytes) === undefined ? { type: "unknown", number: type } : bytes.length > 1200 ? "length" : "malformed";
      expect(decodeControl(bytes)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("whatever arrives, nothing throws", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.uint8Array({ maxLength: 1300, size: "max" }),
    fc
      .tuple(fc.constantFrom(0xa0, 0xa1, 0xa2, 0xb8, 0xbf), fc.uint8Array({ maxLength: 60 }))
      .map(([first, rest]) => Uint8Array.of(first, ...rest)),
  );
  fc.assert(
    fc.property(bytes, (message) => {
      const result = decodeControl(message);
      if (cborFault(message) !== undefined) expect(result).toBe(message.length > 1200 ? "length" : "malformed");
    }),
    { numRuns: 3000 },
  );
});
