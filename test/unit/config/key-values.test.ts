import { describe, expect, it } from "vitest";
import { OperatorError } from "../../../src/base/errors.js";
import { PublicKey, SecretKey } from "../../../src/base/keys.js";
import { privateKey, publicKey, sharedKey } from "../../../src/config/key-values.js";
import { OWN_PRIVATE, PEER_PUBLIC, ZERO_KEY } from "./sample.js";

const key = { name: "PrivateKey" };

function refused(value: unknown): OperatorError {
  if (!(value instanceof OperatorError)) throw new Error("the key was taken");
  return value;
}

describe("keys", () => {
  it("reads a private key", () => {
    const secret = privateKey(OWN_PRIVATE, key);
    expect(secret).toBeInstanceOf(SecretKey);
    expect((secret as SecretKey).reveal()).toBe(OWN_PRIVATE);
  });

  it("reads a public key, and skips white space as wg does", () => {
    const peer = publicKey(`${PEER_PUBLIC.slice(0, 20)} ${PEER_PUBLIC.slice(20)}`, key);
    expect(peer).toBeInstanceOf(PublicKey);
    expect(String(peer)).toBe(PEER_PUBLIC);
  });

  it.each([
    ["", "is empty"],
    ["not a key!", "is not base64"],
    ["AAAA", "decodes to 3 bytes instead of 32"],
    ["AA==", "decodes to 1 byte instead of 32"],
    [OWN_PRIVATE.slice(0, 42), "decodes to 31 bytes instead of 32"],
    [Buffer.alloc(33).toString("base64"), "decodes to 33 bytes instead of 32"],
    ["ab".repeat(32), "decodes to 48 bytes instead of 32"],
    [OWN_PRIVATE.slice(0, 43), "is 32 bytes, but not in the one proper form of base64"],
    [`${OWN_PRIVATE.slice(0, 42)}J=`, "is 32 bytes, but not in the one proper form of base64"],
  ])("says what is wrong with %j without showing it", (text, why) => {
    for (const parse of [privateKey, sharedKey, publicKey]) {
      const error = refused(parse(text, key));
      expect(error.code).toBe("KEY_MALFORMED");
      expect(error.message).toBe(`PrivateKey ${why}`);
    }
  });

  it("refuses a private key of zeros, which a shared key may be", () => {
    expect(refused(privateKey(ZERO_KEY, key)).code).toBe("PRIVATE_KEY_ZERO");
    expect(sharedKey(ZERO_KEY, key)).toBeInstanceOf(SecretKey);
  });

  it.each([
    ["low order", ZERO_KEY],
    ["low order", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
    ["not canonical", Buffer.alloc(32, 0xff).toString("base64")],
  ])("refuses a public key that is %s", (_, text) => {
    expect(refused(publicKey(text, { name: "PublicKey" })).code).toBe("PUBLIC_KEY_UNUSABLE");
  });
});
