import { expect, test } from "vitest";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import { prologue } from "../../../../src/protocol/handshake/prologue.js";
import { Transcript } from "../../../../src/protocol/handshake/transcript.js";
import { flip, seeded, VIEW } from "./handshake-pair.js";

const { suite } = VIEW;
const start = prologue(suite, VIEW.network, VIEW.responder.publicKey);

function keyed(): Transcript {
  const transcript = Transcript.after(suite, start);
  transcript.mixSealingKey(seeded("dh"));
  return transcript;
}

test("what one seals the other opens, and both go on alike", () => {
  const [a, b] = [keyed(), keyed()];
  const plaintext = seeded("plaintext");
  expect(b.open(a.seal(plaintext))).toEqual(plaintext);
  expect(b.hash).toEqual(a.hash);
  expect(b.split()).toEqual(a.split());
});

test("a box is bound to all that was mixed before it", () => {
  const sealed = keyed().seal(seeded("plaintext"));
  const later = keyed();
  later.mixHash(Uint8Array.of(0));
  expect(later.open(sealed)).toBeUndefined();
  for (let i = 0; i < sealed.length; i++) expect(keyed().open(flip(sealed, i))).toBeUndefined();
});

test("one key, one plaintext", () => {
  const transcript = keyed();
  transcript.seal(seeded("first"));
  expect(() => transcript.seal(seeded("second"))).toThrow(InvariantViolation);
  expect(() => Transcript.after(suite, start).open(new Uint8Array(16))).toThrow(InvariantViolation);
});

test("an older key is gone once another token is mixed", () => {
  const transcript = keyed();
  transcript.mixKey(seeded("more"));
  expect(() => transcript.seal(seeded("plaintext"))).toThrow(InvariantViolation);
});

test("a copy goes its own way", () => {
  const original = Transcript.after(suite, start);
  const before = original.hash.slice();
  const copy = original.copy();
  copy.mixHash(Uint8Array.of(1));
  copy.mixPresharedKey(seeded("psk"));
  copy.wipe();
  expect(original.hash).toEqual(before);
  expect(() => keyed().copy()).toThrow(InvariantViolation);
});

test("a pre-shared key has 32 bytes", () => {
  expect(() => Transcript.after(suite, start).mixPresharedKey(new Uint8Array(31))).toThrow(InvariantViolation);
});

test("the two directions differ", () => {
  const { initiatorToResponder, responderToInitiator } = keyed().split();
  expect(initiatorToResponder.key).not.toEqual(responderToInitiator.key);
  expect(initiatorToResponder.sid).not.toEqual(responderToInitiator.sid);
});
