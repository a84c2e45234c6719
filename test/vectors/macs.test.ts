import { beforeAll, describe, expect, test } from "vitest";
import type { MacVectors } from "../../scripts/vectors/macs.js";
import { addressFrom } from "../../src/base/address.js";
import { fromHex, toHex } from "../../src/base/bytes.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { cookieOf, openCookie, sealCookie } from "../../src/protocol/handshake/cookies.js";
import { initMac1, initMac2, responseMac1 } from "../../src/protocol/handshake/macs.js";
import { type Prologue, prologue } from "../../src/protocol/handshake/prologue.js";
import { isDrop } from "../../src/protocol/wire/drop-reason.js";
import { decodeCookie, decodeInit } from "../../src/protocol/wire/layouts.js";
import { load } from "./load.js";
import { suites } from "./suites.js";

const vectors = load<MacVectors>("macs");

describe.each(suites)("macs and cookies of %s", (_, open) => {
  let suite: CryptoSuite;
  let start: Prologue;
  beforeAll(() => {
    suite = open();
    start = prologue(suite, { name: "any", key: fromHex(vectors.networkKey) }, fromHex(vectors.responder));
  });

  test("keys of the responder", () => {
    expect(toHex(start.mac1Key)).toBe(vectors.mac1Key);
    expect(toHex(start.cookieKey)).toBe(vectors.cookieKey);
  });

  test("mac1 of INIT and RESP, mac2 of INIT", () => {
    expect(toHex(initMac1(suite, start, fromHex(vectors.init)))).toBe(vectors.initMac1);
    expect(toHex(responseMac1(suite, fromHex(vectors.km), fromHex(vectors.response)))).toBe(vectors.responseMac1);
    expect(toHex(initMac2(suite, fromHex(vectors.cookie), fromHex(vectors.init)))).toBe(vectors.initMac2);
  });

  test.each(vectors.sources)("cookie of a source: $name", ({ address, port, cookie }) => {
    const source = { address: addressFrom(fromHex(address)), port, scope: 0 };
    expect(toHex(cookieOf(suite, fromHex(vectors.cookieSecret), source))).toBe(cookie);
  });

  test("COOKIE, both ways", () => {
    const init = decodeInit(fromHex(vectors.init));
    if (isDrop(init)) throw new Error(init);
    const sent = sealCookie(suite, start, init, fromHex(vectors.cookie), fromHex(vectors.cookieNonce));
    expect(toHex(sent)).toBe(vectors.cookieMessage);
    const received = decodeCookie(fromHex(vectors.cookieMessage));
    if (isDrop(received)) throw new Error(received);
    expect(received.receiverIndex).toBe(init.senderIndex);
    expect(openCookie(suite, start, init.mac1, received)).toEqual(fromHex(vectors.cookie));
  });
});
