import { randomBytes } from "node:crypto";
import { KEY_BYTES, SecretKey } from "../base/keys.js";

/** A private key of Curve25519, clamped as wg writes it. @see RFC 7748 §5 */
export function randomPrivateKey(): SecretKey {
  const bytes = new Uint8Array(randomBytes(KEY_BYTES));
  bytes[0] = (bytes[0] ?? 0) & 0xf8;
  bytes[31] = ((bytes[31] ?? 0) & 0x7f) | 0x40;
  return new SecretKey(bytes);
}

/** A pre-shared or network key. */
export function randomSharedKey(): SecretKey {
  return new SecretKey(new Uint8Array(randomBytes(KEY_BYTES)));
}
