/**
 * The reference suite: tweetnacl, plain and slow. Tests, the simulation and commands that need no shim use it, and the
 * vectors are made with it.
 *
 * @see docs/protocol.md §1
 */
import nacl from "tweetnacl";
import { concat, wipe } from "../base/bytes.js";
import { invariant } from "../base/invariant.js";
import type { CryptoSuite } from "./suite.js";

export const referenceSuite: CryptoSuite = {
  name: "tweetnacl",
  publicKey: (privateKey) => nacl.scalarMult.base(privateKey),
  dh,
  hash: (message) => nacl.hash(message),
  hmac,
  seal: (key, nonce, plaintext) => nacl.secretbox(plaintext, nonce, key),
  open: (key, nonce, box) => nacl.secretbox.open(box, nonce, key) ?? undefined,
  hsalsa20,
  equal,
};

function dh(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const shared = nacl.scalarMult(privateKey, publicKey);
  return nacl.verify(shared, ZERO_POINT) ? undefined : shared;
}

const ZERO_POINT = new Uint8Array(32);

/** RFC 2104 over SHA-512. */
function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(HASH_BLOCK);
  block.set(key.length > HASH_BLOCK ? nacl.hash(key) : key);
  const inner = nacl.hash(concat(masked(block, 0x36), message));
  const outer = nacl.hash(concat(masked(block, 0x5c), inner));
  wipe(block, inner);
  return outer;
}

/** Bytes of a block of SHA-512. */
const HASH_BLOCK = 128;

function masked(block: Uint8Array, mask: number): Uint8Array {
  return block.map((byte) => byte ^ mask);
}

function hsalsa20(key: Uint8Array, input: Uint8Array): Uint8Array {
  invariant(key.length === 32 && input.length === 16, "HSalsa20 takes a key of 32 bytes and an input of 16");
  const out = new Uint8Array(32);
  lowlevel.crypto_core_hsalsa20(out, input, key, SIGMA);
  return out;
}

/** Exported by the package, but not by its types. */
const { lowlevel } = nacl as typeof nacl & {
  lowlevel: { crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, constant: Uint8Array): void };
};

/** The constant of Salsa20 with 32-byte keys. */
const SIGMA = new TextEncoder().encode("expand 32-byte k");

function equal(a: Uint8Array, b: Uint8Array): boolean {
  // nacl.verify calls empty arguments unequal.
  return a.length === b.length && (a.length === 0 || nacl.verify(a, b));
}
