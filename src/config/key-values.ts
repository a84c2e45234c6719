import type { OperatorError } from "../base/errors.js";
import { decodeKey, PublicKey, SecretKey } from "../base/keys.js";
import { isUsablePublicKey } from "../base/public-key.js";
import { keyMalformed, privateKeyZero, publicKeyUnusable } from "./errors.js";
import type { KeyFacts } from "./key-definition.js";

/** Parsers of cryptographic keys. No error shows the text: even where a public key is due, it may be a secret. */

/** A private key. */
export function privateKey(text: string, key: Pick<KeyFacts, "name">): SecretKey | OperatorError {
  const secret = decode(text, key, "write the 44 characters that tunvpn genkey prints");
  if (!(secret instanceof Uint8Array)) return secret;
  return secret.every((byte) => byte === 0) ? privateKeyZero({ name: key.name }) : new SecretKey(secret);
}

/** A pre-shared key or network key. 32 zero bytes are the same as none. */
export function sharedKey(text: string, key: Pick<KeyFacts, "name">): SecretKey | OperatorError {
  const secret = decode(text, key, "write the 44 characters that tunvpn genpsk prints");
  return secret instanceof Uint8Array ? new SecretKey(secret) : secret;
}

/** A peer's public key. @see docs/protocol.md §1 */
export function publicKey(text: string, key: Pick<KeyFacts, "name">): PublicKey | OperatorError {
  const bytes = decode(text, key, "write the 44 characters that tunvpn pubkey prints on the peer");
  if (!(bytes instanceof Uint8Array)) return bytes;
  return isUsablePublicKey(bytes) ? new PublicKey(bytes) : publicKeyUnusable({ name: key.name });
}

function decode(text: string, key: Pick<KeyFacts, "name">, remedy: string): Uint8Array | OperatorError {
  const joined = text.replace(/\s+/g, "");
  return decodeKey(joined) ?? keyMalformed({ name: key.name, why: whatIsWrong(joined), remedy });
}

function whatIsWrong(text: string): string {
  if (text === "") return "is empty";
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return "is not base64";
  const length = Buffer.from(text, "base64").length;
  return length === 32
    ? "is 32 bytes, but not in the one proper form of base64"
    : `decodes to ${length} ${length === 1 ? "byte" : "bytes"} instead of 32`;
}
