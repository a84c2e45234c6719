import { KEY_BYTES } from "./keys.js";

const PRIME = 2n ** 255n - 19n;

/** The points of small order on Curve25519 whose encoding is canonical. @see docs/protocol.md §1 */
const LOW_ORDER = new Set([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  PRIME - 1n,
]);

/**
 * Whether 32 bytes may serve as a static public key: below 2^255 − 19, bit 255 clear, not a point of low order.
 *
 * @see docs/protocol.md §1
 */
export function isUsablePublicKey(bytes: Uint8Array): boolean {
  if (bytes.length !== KEY_BYTES) return false;
  const value = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  return value < PRIME && !LOW_ORDER.has(value);
}
