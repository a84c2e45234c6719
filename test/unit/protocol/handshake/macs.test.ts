import { expect, test } from "vitest";
import { checkInit, initMac1, initMac2, provesCookie, responseMac1 } from "../../../../src/protocol/handshake/macs.js";
import { prologue } from "../../../../src/protocol/handshake/prologue.js";
import { call, checked, flip, seeded, VIEW } from "./handshake-pair.js";

const { suite } = VIEW;
const start = prologue(suite, VIEW.network, VIEW.responder.publicKey);
const cookie = seeded("cookie").slice(0, 16);

test("mac1 of INIT covers the 112 bytes before it and nothing after", () => {
  const { message } = call(VIEW);
  const mac = initMac1(suite, start, message);
  for (let offset = 0; offset < 144; offset++) {
    expect(String(initMac1(suite, start, flip(message, offset))) === String(mac)).toBe(offset >= 112);
  }
});

test("mac1 of RESP covers the 68 bytes before it and nothing after", () => {
  const message = new Uint8Array(84);
  const mac = responseMac1(suite, seeded("km"), message);
  for (let offset = 0; offset < 84; offset++) {
    expect(String(responseMac1(suite, seeded("km"), flip(message, offset))) === String(mac)).toBe(offset >= 68);
  }
});

test("mac2 covers mac1 too", () => {
  const { message } = call(VIEW);
  const mac = initMac2(suite, cookie, message);
  for (let offset = 0; offset < 144; offset++) {
    expect(String(initMac2(suite, cookie, flip(message, offset))) === String(mac)).toBe(offset >= 128);
  }
});

test("checkInit refuses what is not addressed to this responder in this network", () => {
  const { message } = call(VIEW);
  expect(checkInit(suite, start, message)).toMatchObject({ bytes: message });
  expect(checkInit(suite, prologue(suite, VIEW.network, VIEW.initiator.publicKey), message)).toBe("mac1");
  expect(checkInit(suite, prologue(suite, { name: "office", key: seeded("other") }, VIEW.responder.publicKey), message)).toBe("mac1");
  expect(checkInit(suite, start, message.subarray(1))).toBe("length");
});

test("only an INIT with mac2 under that cookie proves it", () => {
  expect(provesCookie(suite, cookie, checked(VIEW, call(VIEW, { cookie }).message))).toBe(true);
  expect(provesCookie(suite, seeded("other").slice(0, 16), checked(VIEW, call(VIEW, { cookie }).message))).toBe(false);
  expect(provesCookie(suite, cookie, checked(VIEW, call(VIEW).message))).toBe(false);
  expect(provesCookie(suite, cookie, checked(VIEW, flip(call(VIEW, { cookie }).message, 143)))).toBe(false);
});
