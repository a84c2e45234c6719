import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../../src/base/bytes.js";
import { InvariantViolation } from "../../../src/base/invariant.js";
import { referenceSuite as suite } from "../../../src/crypto/reference.js";

const NOTHING = new Uint8Array(0);

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("published answers", () => {
  const shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  const firstKey = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389";

  test("X25519, RFC 7748 §6.1", () => {
    const alice = fromHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    const bob = fromHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    expect(toHex(suite.publicKey(alice))).toBe("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    expect(toHex(suite.publicKey(bob))).toBe("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    expect(toHex(suite.dh(alice, suite.publicKey(bob)) ?? NOTHING)).toBe(shared);
    expect(toHex(suite.dh(bob, suite.publicKey(alice)) ?? NOTHING)).toBe(shared);
  });

  test("HSalsa20, “Cryptography in NaCl” §8", () => {
    expect(toHex(suite.hsalsa20(fromHex(shared), new Uint8Array(16)))).toBe(firstKey);
  });

  test("box, “Cryptography in NaCl” §10", () => {
    const nonce = fromHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    const message =
      "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31" +
      "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864" +
      "5e0705";
    const box =
      "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c972" +
      "71d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b3" +
      "7973f622a43d14a6599b1f654cb45a74e355a5";
    expect(toHex(suite.seal(fromHex(firstKey), nonce, fromHex(message)))).toBe(box);
  });

  test("HMAC-SHA-512, RFC 4231 §4.2 and §4.7", () => {
    expect(toHex(suite.hmac(new Uint8Array(20).fill(0x0b), ascii("Hi There")))).toMatch(/^87aa7cdea5ef619d4ff0b4241a1d6cb0/);
    const longKey = new Uint8Array(131).fill(0xaa);
    expect(toHex(suite.hmac(longKey, ascii("Test Using Larger Than Block-Size Key - Hash Key First")))).toMatch(
      /^80b24263c7c1a3ebb71493c1dd7be8b4/,
    );
  });
});

test("SHA-512 and HMAC agree with OpenSSL at every length around the block", () => {
  for (const length of [0, 1, 31, 32, 63, 64, 65, 111, 112, 127, 128, 129, 255, 256, 300]) {
    const message = new Uint8Array(length).map((_, i) => i * 7);
    expect(toHex(suite.hash(message))).toBe(createHash("sha512").update(message).digest("hex"));
    expect(toHex(suite.hmac(message, message))).toBe(createHmac("sha512", message).update(message).digest("hex"));
  }
});

test("HMAC leaves its key as it was", () => {
  const key = ascii("key");
  suite.hmac(key, ascii("message"));
  expect(key).toEqual(ascii("key"));
});

test("equality, of nothing too", () => {
  expect(suite.equal(NOTHING, NOTHING)).toBe(true);
  expect(suite.equal(ascii("same"), ascii("same"))).toBe(true);
  expect(suite.equal(ascii("same"), ascii("sama"))).toBe(false);
  expect(suite.equal(ascii("same"), ascii("sam"))).toBe(false);
  expect(suite.equal(NOTHING, ascii("s"))).toBe(false);
});

test("a box shorter than its tag does not open", () => {
  for (let length = 0; length < 16; length++) {
    expect(suite.open(new Uint8Array(32), new Uint8Array(24), new Uint8Array(length))).toBeUndefined();
  }
});

test("HSalsa20 takes 32 and 16 bytes and nothing else", () => {
  expect(() => suite.hsalsa20(new Uint8Array(31), new Uint8Array(16))).toThrow(InvariantViolation);
  expect(() => suite.hsalsa20(new Uint8Array(32), new Uint8Array(15))).toThrow(InvariantViolation);
});
