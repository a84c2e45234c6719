import { toHex } from "../../src/base/bytes.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";

/** A suite that writes down, in hex, the values that ck and h take, and keeps the very arrays that held secrets. */
export interface RecordedSuite {
  readonly suite: CryptoSuite;
  /** First outputs of HKDF. */
  readonly ck: string[];
  /** Outputs of H. */
  readonly h: string[];
  /** Results of DH, outputs of HMAC and H, keys of boxes. */
  readonly secrets: Uint8Array[];
  clear(): void;
}

export function recorded(suite: CryptoSuite): RecordedSuite {
  const ck: string[] = [];
  const h: string[] = [];
  const secrets: Uint8Array[] = [];
  const kept = (secret: Uint8Array) => {
    secrets.push(secret);
    return secret;
  };
  const recording: CryptoSuite = {
    ...suite,
    hash(message) {
      const digest = suite.hash(message);
      h.push(toHex(digest));
      return kept(digest);
    },
    hmac(key, message) {
      const mac = suite.hmac(key, message);
      // Only HKDF authenticates the single byte 1.
      if (message.length === 1 && message[0] === 1) ck.push(toHex(mac));
      return kept(mac);
    },
    dh(privateKey, publicKey) {
      const shared = suite.dh(privateKey, publicKey);
      return shared && kept(shared);
    },
    seal: (key, nonce, plaintext) => suite.seal(kept(key), nonce, plaintext),
    open: (key, nonce, box) => suite.open(kept(key), nonce, box),
  };
  return {
    suite: recording,
    ck,
    h,
    secrets,
    clear() {
      for (const list of [ck, h, secrets]) list.length = 0;
    },
  };
}
