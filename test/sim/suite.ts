import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { referenceSuite } from "../../src/crypto/reference.js";
import { sodiumSuite } from "../../src/crypto/sodium.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { openShim } from "../../src/shim/library.js";

const BUILT = fileURLToPath(new URL("../../native-shim/build/libtunvpn.so", import.meta.url));

/** Whichever is quicker: libsodium where the shim is built, else the reference. Both make the same bytes. */
export const quickSuite: CryptoSuite = existsSync(BUILT) ? sodiumSuite(openShim(BUILT)) : referenceSuite;
