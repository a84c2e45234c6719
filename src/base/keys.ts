import { inspect } from "node:util";

/**
 * Keys as people exchange them: 32 bytes, written as 44 characters of base64.
 *
 * The two kinds are types of their own, so that a secret can reach neither a log nor a status by accident.
 */
export const KEY_BYTES = 32;

/** A static public key: a node's identity. 32 bytes. */
export class PublicKey {
  constructor(readonly bytes: Uint8Array) {}

  /** 44 characters of base64. */
  toString(): string {
    return encodeKey(this.bytes);
  }

  toJSON(): string {
    return this.toString();
  }

  equals(other: PublicKey): boolean {
    return this.toString() === other.toString();
  }
}

/** A private key, pre-shared key or network key. 32 bytes, shown only by {@link SecretKey.reveal}. */
export class SecretKey {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes themselves, not a copy. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** 44 characters of base64, for a file or for wg's socket. */
  reveal(): string {
    return encodeKey(this.#bytes);
  }

  toString(): string {
    return "(hidden)";
  }

  toJSON(): string {
    return "(hidden)";
  }

  [inspect.custom](): string {
    return "(hidden)";
  }
}

/**
 * @param text base64 of exactly 32 bytes, in its one canonical form
 * @returns undefined when it is anything else
 */
export function decodeKey(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return undefined;
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  return encodeKey(bytes) === text ? bytes : undefined;
}

export function encodeKey(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
