import { expect, test } from "vitest";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import { OPEN_NETWORK, prologue } from "../../../../src/protocol/handshake/prologue.js";
import { seeded, VIEW } from "./handshake-pair.js";

const { suite } = VIEW;
const responder = VIEW.responder.publicKey;

test("the name changes the transcript, the key all of it, the responder all but ck", () => {
  const base = prologue(suite, { name: "a", key: seeded("nk") }, responder);
  const renamed = prologue(suite, { name: "b", key: seeded("nk") }, responder);
  expect(renamed).toMatchObject({ chainingKey: base.chainingKey, mac1Key: base.mac1Key, cookieKey: base.cookieKey });
  expect(renamed.hash).not.toEqual(base.hash);

  const rekeyed = prologue(suite, { name: "a", key: seeded("other nk") }, responder);
  for (const field of ["chainingKey", "hash", "mac1Key", "cookieKey"] as const) expect(rekeyed[field]).not.toEqual(base[field]);

  const readdressed = prologue(suite, { name: "a", key: seeded("nk") }, VIEW.initiator.publicKey);
  expect(readdressed.chainingKey).toEqual(base.chainingKey);
  for (const field of ["hash", "mac1Key", "cookieKey"] as const) expect(readdressed[field]).not.toEqual(base[field]);
});

test("mac1 and cookies have keys of their own", () => {
  const { mac1Key, cookieKey } = prologue(suite, OPEN_NETWORK, responder);
  expect(mac1Key).not.toEqual(cookieKey);
});

test("a name is 64 bytes at most, counted in UTF-8", () => {
  const named = (name: string) => prologue(suite, { name, key: OPEN_NETWORK.key }, responder);
  expect(named("é".repeat(32)).hash).not.toEqual(named("é".repeat(31)).hash);
  expect(() => named("é".repeat(33))).toThrow(InvariantViolation);
  expect(() => named("a".repeat(65))).toThrow(InvariantViolation);
});

test("keys of any other length are our own mistake", () => {
  expect(() => prologue(suite, { name: "", key: new Uint8Array(31) }, responder)).toThrow(InvariantViolation);
  expect(() => prologue(suite, OPEN_NETWORK, responder.subarray(1))).toThrow(InvariantViolation);
});
