import { beforeAll, describe, expect, test } from "vitest";
import { InvariantViolation } from "../../../src/base/invariant.js";
import { referenceSuite } from "../../../src/crypto/reference.js";
import { sodiumSuite } from "../../../src/crypto/sodium.js";
import type { CryptoSuite } from "../../../src/crypto/suite.js";
import { openShim, type Shim } from "../../../src/shim/library.js";

const KEY = new Uint8Array(32).fill(3);
const NONCE = new Uint8Array(24).fill(5);
const NOTHING = new Uint8Array(0);

describe("through the shim", () => {
  let suite: CryptoSuite;
  beforeAll(() => {
    suite = sodiumSuite(openShim());
  });

  test("empty keys, messages and plaintexts", () => {
    expect(suite.hash(NOTHING)).toEqual(referenceSuite.hash(NOTHING));
    expect(suite.hmac(NOTHING, NOTHING)).toEqual(referenceSuite.hmac(NOTHING, NOTHING));
    const box = suite.seal(KEY, NONCE, NOTHING);
    expect(box).toEqual(referenceSuite.seal(KEY, NONCE, NOTHING));
    expect(suite.open(KEY, NONCE, box)).toEqual(NOTHING);
    expect(suite.open(KEY, NONCE, box.fill(0, 3, 4))).toBeUndefined();
    expect(suite.equal(NOTHING, NOTHING)).toBe(true);
  });

  test("views into larger buffers are read and written where they stand", () => {
    const around = new Uint8Array(200).map((_, i) => i);
    const view = around.subarray(50, 82);
    expect(suite.hash(view)).toEqual(referenceSuite.hash(view));
    expect(suite.hmac(view, around.subarray(1, 8))).toEqual(referenceSuite.hmac(view, around.subarray(1, 8)));
    expect(suite.dh(view, around.subarray(90, 122))).toEqual(referenceSuite.dh(view, around.subarray(90, 122)));
    const box = referenceSuite.seal(view, around.subarray(7, 31), around.subarray(100, 133));
    expect(suite.seal(view, around.subarray(7, 31), around.subarray(100, 133))).toEqual(box);
    expect(suite.open(view, around.subarray(7, 31), box)).toEqual(around.slice(100, 133));
  });

  test("equality", () => {
    expect(suite.equal(KEY, KEY.slice())).toBe(true);
    expect(suite.equal(KEY, NONCE)).toBe(false);
    expect(suite.equal(KEY, new Uint8Array(32))).toBe(false);
  });

  test("a box shorter than its tag does not open", () => {
    for (let length = 0; length < 16; length++) expect(suite.open(KEY, NONCE, new Uint8Array(length))).toBeUndefined();
  });
});

describe("lengths that C cannot see are checked before it reads", () => {
  const untouchable = new Proxy({} as Shim, {
    get: (_, name) => () => {
      throw new Error(`${String(name)} was called`);
    },
  });
  const suite = sodiumSuite(untouchable);
  const short = KEY.subarray(1);

  test.each<[string, () => unknown]>([
    ["public key of", () => suite.publicKey(short)],
    ["DH, private", () => suite.dh(short, KEY)],
    ["DH, public", () => suite.dh(KEY, short)],
    ["seal, key", () => suite.seal(short, NONCE, NOTHING)],
    ["seal, nonce", () => suite.seal(KEY, NONCE.subarray(1), NOTHING)],
    ["open, key", () => suite.open(short, NONCE, KEY)],
    ["open, nonce", () => suite.open(KEY, NONCE.subarray(1), KEY)],
    ["HSalsa20, key", () => suite.hsalsa20(short, new Uint8Array(16))],
    ["HSalsa20, input", () => suite.hsalsa20(KEY, new Uint8Array(15))],
  ])("%s", (_, use) => {
    expect(use).toThrow(InvariantViolation);
  });

  test("unequal lengths and truncated boxes never reach it", () => {
    expect(suite.equal(KEY, short)).toBe(false);
    expect(suite.open(KEY, NONCE, new Uint8Array(15))).toBeUndefined();
  });
});

test("a failure that the primitive does not know is ours", () => {
  const failing = { dh: () => -22, open: () => -22 } as unknown as Shim;
  expect(() => sodiumSuite(failing).dh(KEY, KEY)).toThrow("EINVAL");
  expect(() => sodiumSuite(failing).open(KEY, NONCE, KEY)).toThrow("EINVAL");
});
