import { concat, wipe } from "../../base/bytes.js";
import type { CryptoSuite } from "../../crypto/suite.js";
import { KINDS } from "../wire/kinds.js";

export const KEY_BYTES = 32;
export const SID_BYTES = 15;

/** What seals one direction of a session. */
export interface DirectionKeys {
  /** K, 32 bytes. */
  readonly key: Uint8Array;
  /** The first 15 bytes of every nonce. */
  readonly sid: Uint8Array;
}

/** The keys of a session as one of its two ends sees them. */
export interface SessionKeys {
  readonly send: DirectionKeys;
  readonly receive: DirectionKeys;
}

/** @param okm an output of the split, 64 bytes; it is spent */
export function directionKeys(okm: Uint8Array): DirectionKeys {
  const keys = { key: okm.slice(0, KEY_BYTES), sid: okm.slice(KEY_BYTES, KEY_BYTES + SID_BYTES) };
  wipe(okm);
  return keys;
}

/** The same session from the other end. */
export function reversed(keys: SessionKeys): SessionKeys {
  return { send: keys.receive, receive: keys.send };
}

export function wipeSessionKeys(keys: SessionKeys): void {
  wipe(keys.send.key, keys.send.sid, keys.receive.key, keys.receive.sid);
}

/**
 * HSalsa20(K, sid ‖ kind) for every kind: what the shim seals and opens with, under the counter as an 8-byte nonce.
 *
 * @returns 6 subkeys of 32 bytes, in the order of {@link KINDS}
 * @see docs/protocol.md §4
 */
export function subkeys(suite: CryptoSuite, key: Uint8Array, sid: Uint8Array): Uint8Array {
  const joined = new Uint8Array(KINDS.length * KEY_BYTES);
  KINDS.forEach((kind, position) => {
    const subkey = suite.hsalsa20(key, concat(sid, Uint8Array.of(kind)));
    joined.set(subkey, position * KEY_BYTES);
    wipe(subkey);
  });
  return joined;
}
