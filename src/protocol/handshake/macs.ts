/**
 * The macs around a handshake message: mac1 keeps strangers out before anything is computed for them, mac2 keeps those out who
 * cannot receive at the address they claim.
 *
 * @see docs/protocol.md §5
 */
import type { CryptoSuite } from "../../crypto/suite.js";
import { type DropReason, isDrop } from "../wire/drop-reason.js";
import { decodeInit, type InitMessage } from "../wire/layouts.js";
import type { Prologue } from "./prologue.js";

export const MAC_BYTES = 16;

/** INIT.mac1. @param message INIT, of which the first 112 bytes count */
export function initMac1(suite: CryptoSuite, prologue: Prologue, message: Uint8Array): Uint8Array {
  return mac(suite, prologue.mac1Key, message.subarray(0, 112));
}

/** RESP.mac1. @param km see `Transcript.responseMacKey` @param message RESP, of which the first 68 bytes count */
export function responseMac1(suite: CryptoSuite, km: Uint8Array, message: Uint8Array): Uint8Array {
  return mac(suite, km, message.subarray(0, 68));
}

/** INIT.mac2. @param cookie 16 bytes @param message INIT with its mac1, of which the first 128 bytes count */
export function initMac2(suite: CryptoSuite, cookie: Uint8Array, message: Uint8Array): Uint8Array {
  return mac(suite, cookie, message.subarray(0, 128));
}

/** The first checks of an INIT: its length, its constants, its mac1. */
export function checkInit(suite: CryptoSuite, prologue: Prologue, datagram: Uint8Array): InitMessage | DropReason {
  const init = decodeInit(datagram);
  if (isDrop(init)) return init;
  return suite.equal(init.mac1, initMac1(suite, prologue, datagram)) ? init : "mac1";
}

/** Whether an INIT proves that its sender received this cookie. Asked only under load. */
export function provesCookie(suite: CryptoSuite, cookie: Uint8Array, init: InitMessage): boolean {
  return suite.equal(init.mac2, initMac2(suite, cookie, init.bytes));
}

function mac(suite: CryptoSuite, key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return suite.hmac(key, bytes).slice(0, MAC_BYTES);
}
