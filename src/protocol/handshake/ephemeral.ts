import { concat, u64le, wipe } from "../../base/bytes.js";
import { invariant } from "../../base/invariant.js";
import type { Now } from "../../base/time.js";
import type { CryptoSuite } from "../../crypto/suite.js";

/** Makes the private ephemeral, 32 bytes, from the transcript hash that stands before E. Called once a handshake. */
export type Ephemeral = (transcriptHash: Uint8Array) => Uint8Array;

/**
 * An ephemeral that stays secret and unique while any one of its sources is: the random bytes, the static key, or (unique
 * only) the counter, the clocks and the transcript.
 *
 * `e = HMAC(s, "eph" ‖ random ‖ counter ‖ boottime ‖ realtime ‖ h)[0:32]`, the counter and the times in microseconds as u64.
 *
 * @param random 32 bytes, spent with the ephemeral
 * @param counter how many ephemerals the process made before
 * @see docs/protocol.md §4
 */
export function hedgedEphemeral(suite: CryptoSuite, privateKey: Uint8Array, random: Uint8Array, counter: number, now: Now): Ephemeral {
  invariant(random.length === 32, "an ephemeral takes 32 random bytes");
  return (transcriptHash) => {
    const input = concat(LABEL, random, u64le(counter), micros(now.boot), micros(now.real), transcriptHash);
    const full = suite.hmac(privateKey, input);
    const ephemeral = full.slice(0, 32);
    wipe(random, input, full);
    return ephemeral;
  };
}

const LABEL = new TextEncoder().encode("eph");

function micros(millis: number): Uint8Array {
  return u64le(Math.floor(millis * 1000));
}
