import { referenceSuite } from "../../src/crypto/reference.js";
import { sodiumSuite } from "../../src/crypto/sodium.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { openShim } from "../../src/shim/library.js";

/** Both implementations, each to be opened where a missing shim can fail a test instead of a file. */
export const suites: readonly (readonly [name: string, open: () => CryptoSuite])[] = [
  ["tweetnacl", () => referenceSuite],
  ["libsodium", () => sodiumSuite(openShim())],
];
