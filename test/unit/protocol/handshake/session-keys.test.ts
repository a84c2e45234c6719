import nacl from "tweetnacl";
import { expect, test } from "vitest";
import { concat } from "../../../../src/base/bytes.js";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import { directionKeys, reversed, subkeys, wipeSessionKeys } from "../../../../src/protocol/handshake/session-keys.js";
import { KINDS } from "../../../../src/protocol/wire/kinds.js";
import { sealData } from "../../../../src/protocol/wire/transport.js";
import { seeded, VIEW } from "./handshake-pair.js";

const { suite } = VIEW;
const keys = { key: seeded("K"), sid: seeded("sid").slice(0, 15) };

interface Salsa20 {
  crypto_stream_salsa20_xor(
    out: Uint8Array,
    at: number,
    input: Uint8Array,
    from: number,
    length: number,
    nonce: Uint8Array,
    key: Uint8Array,
  ): void;
  crypto_onetimeauth(out: Uint8Array, at: number, input: Uint8Array, from: number, length: number, key: Uint8Array): void;
}

/** Salsa20-Poly1305 under an 8-byte nonce, as the shim seals: block 0 begins with the Poly1305 key. */
function sealWithSubkey(subkey: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const { lowlevel } = nacl as unknown as { lowlevel: Salsa20 };
  const stream = concat(new Uint8Array(32), plaintext);
  lowlevel.crypto_stream_salsa20_xor(stream, 0, stream.slice(), 0, stream.length, nonce, subkey);
  const tag = new Uint8Array(16);
  lowlevel.crypto_onetimeauth(tag, 0, stream, 32, plaintext.length, stream.subarray(0, 32));
  return concat(tag, stream.subarray(32));
}

test("a packet under a subkey is the packet under K", () => {
  const joined = subkeys(suite, keys.key, keys.sid);
  expect(joined).toHaveLength(6 * 32);
  const plaintext = seeded("plaintext");
  KINDS.forEach((kind, position) => {
    const datagram = sealData(suite, keys, { kind, receiverIndex: 1, counter: 258, plaintext });
    const subkey = joined.subarray(32 * position, 32 * (position + 1));
    expect(datagram.subarray(16)).toEqual(sealWithSubkey(subkey, Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0), plaintext));
  });
});

test("keys of any other length are our own mistake", () => {
  expect(() => subkeys(suite, keys.key.subarray(1), keys.sid)).toThrow(InvariantViolation);
  expect(() => subkeys(suite, keys.key, keys.key.subarray(0, 16))).toThrow(InvariantViolation);
});

test("the split's output is cut into K and sid, and spent", () => {
  const okm = new Uint8Array(64).map((_, i) => i + 1);
  expect(directionKeys(okm)).toEqual({ key: new Uint8Array(32).map((_, i) => i + 1), sid: new Uint8Array(15).map((_, i) => i + 33) });
  expect(okm).toEqual(new Uint8Array(64));
});

test("the other end sees the directions reversed", () => {
  const session = { send: keys, receive: { key: seeded("other K"), sid: keys.sid } };
  expect(reversed(session)).toEqual({ send: session.receive, receive: session.send });
});

test("wiping leaves nothing", () => {
  const session = { send: { key: seeded("a"), sid: seeded("b") }, receive: { key: seeded("c"), sid: seeded("d") } };
  wipeSessionKeys(session);
  for (const bytes of [session.send.key, session.send.sid, session.receive.key, session.receive.sid])
    expect(bytes).toEqual(new Uint8Array(32));
});
