/**
 * Primitives that keep no secret and cost next to nothing, for fuzzing what is built on them: who has the keys can make every message,
 * whoever changes a bit of one is found out, and both ends of a DH get the same.
 */
import { concat } from "../../../src/base/bytes.js";
import type { CryptoSuite } from "../../../src/crypto/suite.js";

const KEY = 32;
const TAG = 16;
const HASH = 64;
const GENERATOR = 0x9e37_79b1;

export const weakSuite: CryptoSuite = {
  name: "libsodium",
  publicKey: (privateKey) => point(Math.imul(scalar(privateKey), GENERATOR)),
  dh: (privateKey, publicKey) => {
    const product = Math.imul(scalar(privateKey), viewOf(publicKey).getInt32(0, true));
    return product === 0 ? undefined : point(product);
  },
  hash,
  hmac: (key, message) => hash(concat(Uint8Array.of(key.length), key, message)),
  seal: (key, nonce, plaintext) => concat(tagOf(key, nonce, plaintext), crossed(key, nonce, plaintext)),
  open: (key, nonce, box) => {
    if (box.length < TAG) return undefined;
    const plaintext = crossed(key, nonce, box.subarray(TAG));
    return Buffer.compare(tagOf(key, nonce, plaintext), box.subarray(0, TAG)) === 0 ? plaintext : undefined;
  },
  hsalsa20: (key, input) => hash(concat(key, input)).slice(0, KEY),
  equal: (a, b) => Buffer.compare(a, b) === 0,
};

/** Odd, hence never a divisor of zero. */
function scalar(privateKey: Uint8Array): number {
  return viewOf(privateKey).getInt32(0, true) | 1;
}

function point(value: number): Uint8Array {
  const bytes = new Uint8Array(KEY);
  viewOf(bytes).setInt32(0, value, true);
  return bytes;
}

/** FNV-1a in two lanes, then sixteen words of what they have become. */
function hash(message: Uint8Array): Uint8Array {
  let [a, b] = [0x811c_9dc5, 0x1234_5678];
  for (const byte of message) {
    a = Math.imul(a ^ byte, 0x0100_0193);
    b = Math.imul((b ^ byte) + (a >>> 15), 0x0100_0193);
  }
  const out = new Uint8Array(HASH);
  const view = viewOf(out);
  for (let at = 0; at < HASH; at += 4) {
    a = Math.imul(a ^ (b >>> 13) ^ at, 0x0100_0193);
    b = Math.imul(b ^ (a >>> 11), 0x85eb_ca6b);
    view.setUint32(at, (a ^ b) >>> 0, true);
  }
  return out;
}

function tagOf(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return hash(concat(key, nonce, plaintext)).slice(0, TAG);
}

function crossed(key: Uint8Array, nonce: Uint8Array, text: Uint8Array): Uint8Array {
  const stream = hash(concat(nonce, key));
  return text.map((byte, at) => byte ^ (stream[at % HASH] ?? 0));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
