/**
 * Cookies: a busy responder answers INIT with 16 bytes that only the owner of the source address can read back to it.
 *
 * @see docs/protocol.md §5
 */
import { concat, wipe } from "../../base/bytes.js";
import type { Endpoint } from "../../base/endpoint.js";
import type { CryptoSuite } from "../../crypto/suite.js";
import type { DropReason } from "../wire/drop-reason.js";
import { type CookieMessage, encodeCookie, type InitMessage } from "../wire/layouts.js";
import type { Prologue } from "./prologue.js";

export const COOKIE_VALUE_BYTES = 16;

/**
 * What the holder of a source address has to prove.
 *
 * @param secret R, 64 random bytes that the node renews
 * @returns 16 bytes
 */
export function cookieOf(suite: CryptoSuite, secret: Uint8Array, source: Endpoint): Uint8Array {
  const { family, bytes } = source.address;
  const port = Uint8Array.of(source.port & 0xff, source.port >> 8);
  return suite.hmac(secret, concat(COOKIE_LABEL, Uint8Array.of(family), bytes, port)).slice(0, COOKIE_VALUE_BYTES);
}

/**
 * The COOKIE that answers an INIT.
 *
 * @param prologue the responder's own
 * @param nonce 24 random bytes
 */
export function sealCookie(
  suite: CryptoSuite,
  prologue: Prologue,
  init: Pick<InitMessage, "senderIndex" | "mac1">,
  cookie: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  const key = boxKey(suite, prologue, init.mac1);
  const sealedCookie = suite.seal(key, nonce, cookie);
  wipe(key);
  return encodeCookie({ receiverIndex: init.senderIndex, nonce, sealedCookie });
}

/**
 * @param prologue of the responder that was asked
 * @param mac1 of the INIT that the message's receiver_index names
 * @returns the cookie, 16 bytes
 */
export function openCookie(suite: CryptoSuite, prologue: Prologue, mac1: Uint8Array, message: CookieMessage): Uint8Array | DropReason {
  const key = boxKey(suite, prologue, mac1);
  const cookie = suite.open(key, message.nonce, message.sealedCookie);
  wipe(key);
  return cookie ?? "auth";
}

/** Kck. */
function boxKey(suite: CryptoSuite, prologue: Prologue, mac1: Uint8Array): Uint8Array {
  return suite.hmac(prologue.cookieKey, concat(BOX_LABEL, mac1)).slice(0, 32);
}

const COOKIE_LABEL = new TextEncoder().encode("ck");
const BOX_LABEL = new TextEncoder().encode("box");
