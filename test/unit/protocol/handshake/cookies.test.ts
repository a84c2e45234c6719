import { describe, expect, test } from "vitest";
import { parseAddress } from "../../../../src/base/address.js";
import type { Endpoint } from "../../../../src/base/endpoint.js";
import { cookieOf, openCookie, sealCookie } from "../../../../src/protocol/handshake/cookies.js";
import { prologue } from "../../../../src/protocol/handshake/prologue.js";
import { COOKIE_BYTES, decodeCookie, INIT_BYTES } from "../../../../src/protocol/wire/layouts.js";
import { call, checked, flip, INITIATOR_INDEX, seeded, succeeded, VIEW } from "./handshake-pair.js";

const { suite } = VIEW;
const secret = seeded("R");

function endpoint(text: string, port: number, scope = 0): Endpoint {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(text);
  return { address, port, scope };
}

test("a cookie belongs to an address, a port and a secret", () => {
  const cookie = String(cookieOf(suite, secret, endpoint("192.0.2.1", 51820)));
  expect(String(cookieOf(suite, secret, endpoint("192.0.2.1", 51820)))).toBe(cookie);
  expect(String(cookieOf(suite, secret, endpoint("::ffff:192.0.2.1", 51820)))).toBe(cookie);
  expect(String(cookieOf(suite, secret, endpoint("192.0.2.2", 51820)))).not.toBe(cookie);
  expect(String(cookieOf(suite, secret, endpoint("192.0.2.1", 51821)))).not.toBe(cookie);
  expect(String(cookieOf(suite, secret, endpoint("192.0.2.1", 51820 ^ 0x100)))).not.toBe(cookie);
  expect(String(cookieOf(suite, seeded("another R"), endpoint("192.0.2.1", 51820)))).not.toBe(cookie);
  expect(cookieOf(suite, secret, endpoint("2001:db8::1", 1))).toHaveLength(16);
});

describe("COOKIE", () => {
  const start = prologue(suite, VIEW.network, VIEW.responder.publicKey);
  const init = checked(VIEW, call(VIEW).message);
  const cookie = cookieOf(suite, secret, endpoint("192.0.2.1", 51820));
  const message = sealCookie(suite, start, init, cookie, seeded("nonce").slice(0, 24));
  const decoded = succeeded(decodeCookie(message));

  test("names the INIT it answers, and is smaller", () => {
    expect(decoded.receiverIndex).toBe(INITIATOR_INDEX);
    expect(COOKIE_BYTES).toBeLessThanOrEqual(0.6 * INIT_BYTES);
  });

  test("opens under that INIT's mac1 and no other", () => {
    expect(openCookie(suite, start, init.mac1, decoded)).toEqual(cookie);
    for (let i = 0; i < 16; i++) expect(openCookie(suite, start, flip(init.mac1, i), decoded)).toBe("auth");
  });

  test("opens only under the key of the node that sent it", () => {
    expect(openCookie(suite, prologue(suite, VIEW.network, VIEW.initiator.publicKey), init.mac1, decoded)).toBe("auth");
  });
});
