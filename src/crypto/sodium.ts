/**
 * The production suite: libsodium, through the shim. C reads as many bytes as a primitive takes, so lengths are checked here.
 *
 * @see docs/protocol.md §1
 */
import { invariant } from "../base/invariant.js";
import { errnoName, isErrno } from "../shim/errno.js";
import type { Shim } from "../shim/library.js";
import type { CryptoSuite } from "./suite.js";

const KEY = 32;
const NONCE = 24;
const TAG = 16;
const HASH = 64;

export function sodiumSuite(shim: Shim): CryptoSuite {
  return {
    name: "libsodium",
    publicKey(privateKey) {
      expect(privateKey, KEY, "private key");
      return filled(KEY, (out) => shim.publicKey(out, privateKey));
    },
    dh(privateKey, publicKey) {
      expect(privateKey, KEY, "private key");
      expect(publicKey, KEY, "public key");
      const shared = new Uint8Array(KEY);
      return succeeded(shim.dh(shared, privateKey, publicKey), "EDOM") ? shared : undefined;
    },
    hash: (message) => filled(HASH, (out) => shim.hash(out, message)),
    hmac: (key, message) => filled(HASH, (out) => shim.hmac(out, key, message)),
    seal(key, nonce, plaintext) {
      expect(key, KEY, "key");
      expect(nonce, NONCE, "nonce");
      return filled(plaintext.length + TAG, (out) => shim.seal(out, key, nonce, plaintext));
    },
    open(key, nonce, box) {
      expect(key, KEY, "key");
      expect(nonce, NONCE, "nonce");
      if (box.length < TAG) return undefined;
      const plaintext = new Uint8Array(box.length - TAG);
      return succeeded(shim.open(plaintext, key, nonce, box), "EBADMSG") ? plaintext : undefined;
    },
    hsalsa20(key, input) {
      expect(key, KEY, "key");
      expect(input, 16, "input of HSalsa20");
      return filled(KEY, (out) => shim.hsalsa20(out, key, input));
    },
    equal: (a, b) => a.length === b.length && shim.equal(a, b),
  };
}

function filled(length: number, fill: (out: Uint8Array) => void): Uint8Array {
  const out = new Uint8Array(length);
  fill(out);
  return out;
}

/** @returns false for the one refusal that the primitive knows; any other is a mistake of ours */
function succeeded(result: number, refusal: "EDOM" | "EBADMSG"): boolean {
  if (isErrno(result, refusal)) return false;
  invariant(result >= 0, `the shim's crypto failed with ${errnoName(result)}`);
  return true;
}

function expect(bytes: Uint8Array, length: number, what: string): void {
  invariant(bytes.length === length, `${what} of ${bytes.length} bytes instead of ${length}`);
}
