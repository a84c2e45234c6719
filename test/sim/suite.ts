import { createHmac, hash } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { referenceSuite } from "../../src/crypto/reference.js";
import { sodiumSuite } from "../../src/crypto/sodium.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { openShim } from "../../src/shim/library.js";

const BUILT = fileURLToPath(new URL("../../native-shim/build/libtunvpn.so", import.meta.url));

/** The production suite, where the shim is built. */
export const productionSuite: CryptoSuite | undefined = existsSync(BUILT) ? sodiumSuite(openShim(BUILT)) : undefined;

/**
 * Whichever is quickest: curves from libsodium, hashes from OpenSSL, and the few bytes that are boxed from the reference, which costs
 * less than a call into C. All make the same bytes.
 */
export const quickSuite: CryptoSuite = productionSuite
  ? {
      ...referenceSuite,
      name: "libsodium",
      publicKey: productionSuite.publicKey,
      dh: productionSuite.dh,
      hash: (message) => plain(hash("sha512", message, "buffer")),
      hmac: (key, message) => plain(createHmac("sha512", key).update(message).digest()),
    }
  : referenceSuite;

/** A Buffer's slices share its memory; those of a plain array do not. */
function plain({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
