import { beforeAll, describe, expect, test } from "vitest";
import type { PrimitiveVectors } from "../../scripts/vectors/primitives.js";
import { fromHex, toHex } from "../../src/base/bytes.js";
import { type CryptoSuite, hkdf } from "../../src/crypto/suite.js";
import { load } from "./load.js";
import { suites } from "./suites.js";

const vectors = load<PrimitiveVectors>("primitives");

describe.each(suites)("primitives of %s", (_, open) => {
  let suite: CryptoSuite;
  beforeAll(() => {
    suite = open();
  });

  test("SHA-512", () => {
    for (const { message, digest } of vectors.sha512) expect(toHex(suite.hash(fromHex(message)))).toBe(digest);
  });

  test("HMAC", () => {
    for (const { key, message, mac } of vectors.hmac) expect(toHex(suite.hmac(fromHex(key), fromHex(message)))).toBe(mac);
  });

  test.each([1, 2, 3] as const)("HKDF with %i outputs", (count) => {
    for (const { chainingKey, input, outputs } of vectors.hkdf) {
      expect(hkdf(suite, fromHex(chainingKey), fromHex(input), count).map(toHex)).toEqual(outputs.slice(0, count));
    }
  });

  test("HSalsa20", () => {
    for (const { key, input, subkey } of vectors.hsalsa20) expect(toHex(suite.hsalsa20(fromHex(key), fromHex(input)))).toBe(subkey);
  });

  test("box", () => {
    for (const { key, nonce, plaintext, box } of vectors.box) {
      expect(toHex(suite.seal(fromHex(key), fromHex(nonce), fromHex(plaintext)))).toBe(box);
      expect(toHex(suite.open(fromHex(key), fromHex(nonce), fromHex(box)) ?? Uint8Array.of(0xff))).toBe(plaintext);
    }
  });

  test("a box with any byte changed, or cut, does not open", () => {
    for (const { key, nonce, box } of vectors.box.slice(0, 5)) {
      const whole = fromHex(box);
      for (let i = 0; i < whole.length; i++) {
        const changed = whole.map((byte, position) => (position === i ? byte ^ 0x80 : byte));
        expect(suite.open(fromHex(key), fromHex(nonce), changed)).toBeUndefined();
        expect(suite.open(fromHex(key), fromHex(nonce), whole.subarray(0, i))).toBeUndefined();
      }
    }
  });

  test.each(vectors.x25519)("X25519: $name", ({ privateKey, point, shared }) => {
    const result = suite.dh(fromHex(privateKey), fromHex(point));
    expect(result === undefined ? null : toHex(result)).toBe(shared);
  });

  test("public keys", () => {
    for (const { privateKey, publicKey } of vectors.publicKeys) expect(toHex(suite.publicKey(fromHex(privateKey)))).toBe(publicKey);
  });
});

test("the edge points are there: zero results, and others near them that are not zero", () => {
  const zero = vectors.x25519.filter(({ shared }) => shared === null).map(({ name }) => name);
  expect(zero).toHaveLength(14);
  expect(vectors.x25519.length - zero.length).toBe(8);
});
