import { describe, expect, test } from "vitest";
import { concat } from "../../../../src/base/bytes.js";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import type { CryptoSuite } from "../../../../src/crypto/suite.js";
import { sealCookie } from "../../../../src/protocol/handshake/cookies.js";
import type { Initiation } from "../../../../src/protocol/handshake/initiator.js";
import { prologue } from "../../../../src/protocol/handshake/prologue.js";
import { reversed } from "../../../../src/protocol/handshake/session-keys.js";
import { CAPABILITY } from "../../../../src/protocol/wire/capabilities.js";
import { decodeInit, RESPONSE_BYTES } from "../../../../src/protocol/wire/layouts.js";
import { recorded } from "../../../vectors/recorded-suite.js";
import {
  answer,
  call,
  flip,
  INITIATOR_INDEX,
  keyPair,
  RESPONDER_INDEX,
  read,
  seeded,
  succeeded,
  VIEW,
  type View,
} from "./handshake-pair.js";

const { suite } = VIEW;

function answerTo(initiation: Initiation, view = VIEW): Uint8Array {
  return succeeded(answer(view, initiation.message)).message;
}

test("both sides end with the same keys, crossed", () => {
  const initiation = call(VIEW);
  const reply = succeeded(answer(VIEW, initiation.message));
  const established = succeeded(initiation.receive(reply.message));
  expect(established.keys).toEqual(reversed(reply.established.keys));
  expect(established.keys.send).not.toEqual(established.keys.receive);
  expect(established).toMatchObject({ remoteIndex: RESPONDER_INDEX, payload: VIEW.payload, capabilities: VIEW.payload.capabilities });
});

test("every handshake has keys of its own", () => {
  const keys = [undefined, "e of another", "e of a third"].map((label) => {
    const initiation = call(VIEW, label === undefined ? {} : { ephemeral: () => seeded(label) });
    return succeeded(initiation.receive(answerTo(initiation))).keys.send.key;
  });
  expect(new Set(keys.map(String)).size).toBe(3);
});

test("the ephemeral is made from a transcript that knows the network, the responder and the index", () => {
  const hashes: string[] = [];
  const ephemeral = (h: Uint8Array) => {
    hashes.push(String(h));
    return seeded("e");
  };
  call(VIEW, { ephemeral });
  call(VIEW, { ephemeral, index: 7 });
  call({ ...VIEW, network: { ...VIEW.network, name: "other" } }, { ephemeral });
  call({ ...VIEW, responder: keyPair("another responder") }, { ephemeral });
  expect(new Set(hashes).size).toBe(4);
});

describe("a change of any byte of RESP is refused, and the true one still taken", () => {
  const initiation = call(VIEW);
  const response = answerTo(initiation);

  test.each(Array.from({ length: RESPONSE_BYTES }, (_, offset) => offset))("byte %i", (offset) => {
    const header = ["type", "version", "reserved", "reserved", "mac1", "mac1", "mac1", "mac1", "index", "index", "index", "index"];
    expect(initiation.receive(flip(response, offset, 0x80))).toBe(header[offset] ?? "mac1");
  });

  test("the true one", () => {
    expect(succeeded(initiation.receive(response)).remoteIndex).toBe(RESPONDER_INDEX);
  });
});

describe("a change of any byte of RESP is refused with mac1 made anew", () => {
  const { suite: spying, macKey } = spy(suite);
  const initiation = call({ ...VIEW, suite: spying });
  const response = answerTo(initiation);

  test.each(Array.from({ length: 64 }, (_, i) => i + 4))("byte %i", (offset) => {
    expect(initiation.receive(macKey(flip(response, offset)))).toBe(offset >= 8 && offset < 12 ? "index" : "auth");
  });

  test("E_r zero", () => {
    const message = response.slice();
    message.fill(0, 12, 44);
    expect(initiation.receive(macKey(message))).toBe("dh");
  });

  test("the true one", () => {
    expect(succeeded(initiation.receive(response)).remoteIndex).toBe(RESPONDER_INDEX);
  });
});

/** A suite that learns km, and a forger of RESP.mac1 that uses it. */
function spy(honest: CryptoSuite): { suite: CryptoSuite; macKey: (message: Uint8Array) => Uint8Array } {
  const label = new TextEncoder().encode("tunvpn/1 resp");
  let km = new Uint8Array(0);
  return {
    suite: {
      ...honest,
      hmac(key, message) {
        const mac = honest.hmac(key, message);
        if (label.every((byte, i) => message[i] === byte)) km = mac.slice();
        return mac;
      },
    },
    macKey(message) {
      const out = message.slice();
      out.set(honest.hmac(km, message.subarray(0, 68)).subarray(0, 16), 68);
      return out;
    },
  };
}

test.each([1, 2])("a zero from DH number %i stops the reading of RESP", (zero) => {
  let calls = 0;
  let reading = false;
  const dh: CryptoSuite["dh"] = (s, P) => (reading && ++calls === zero ? undefined : suite.dh(s, P));
  const initiation = call({ ...VIEW, suite: { ...suite, dh } });
  const response = answerTo(initiation);
  reading = true;
  expect(initiation.receive(response)).toBe("dh");
});

test("a RESP of any other length is refused", () => {
  const initiation = call(VIEW);
  const response = answerTo(initiation);
  for (let length = 0; length < RESPONSE_BYTES; length++) expect(initiation.receive(response.subarray(0, length))).toBe("length");
  expect(initiation.receive(concat(response, Uint8Array.of(0)))).toBe("length");
});

describe("a RESP made under another belief is refused", () => {
  test("psk", () => {
    const initiation = call(VIEW);
    expect(initiation.receive(answerTo(initiation, { ...VIEW, psk: seeded("another psk") }))).toBe("auth");
  });

  test("no psk on one side", () => {
    const initiation = call({ ...VIEW, psk: new Uint8Array(32) });
    expect(initiation.receive(answerTo(initiation))).toBe("auth");
  });

  test("it answers another INIT", () => {
    const another = call(VIEW, { ephemeral: () => seeded("another ephemeral") });
    expect(call(VIEW).receive(answerTo(another))).toBe("mac1");
  });

  test("it answers another handshake of ours", () => {
    const another = call(VIEW, { index: INITIATOR_INDEX + 1 });
    expect(call(VIEW).receive(answerTo(another))).toBe("index");
  });

  test("who holds the initiator's private key cannot answer in the responder's place", () => {
    const thief: View = { ...VIEW, responder: { privateKey: VIEW.initiator.privateKey, publicKey: VIEW.responder.publicKey } };
    expect(answer(thief, call(VIEW).message)).toBe("auth");
  });
});

describe("P_r", () => {
  const { l2, l3, probe, control } = CAPABILITY;

  test.each([
    ["no probe", l3 | control],
    ["no control", l3 | probe],
    ["L2 only, to an L3 initiator", l2 | probe | control],
  ])("is refused with capabilities: %s", (_, capabilities) => {
    const initiation = call(VIEW);
    const offer = succeeded(read(VIEW, initiation.message));
    const payload = { capabilities, rxMax: 1472 };
    const reply = offer.respond({ index: 1, psk: VIEW.psk, payload, ephemeral: () => seeded("e") });
    expect(initiation.receive(succeeded(reply).message)).toBe("capabilities");
  });
});

describe("COOKIE", () => {
  const start = prologue(suite, VIEW.network, VIEW.responder.publicKey);
  const cookie = seeded("cookie").slice(0, 16);
  const nonce = seeded("nonce").slice(0, 24);
  const initiation = call(VIEW);
  const init = succeeded(decodeInit(initiation.message));

  test("is taken when it answers our INIT", () => {
    expect(initiation.receiveCookie(sealCookie(suite, start, init, cookie, nonce))).toEqual(cookie);
  });

  test("is refused with any byte changed", () => {
    const message = sealCookie(suite, start, init, cookie, nonce);
    for (let offset = 0; offset < message.length; offset++) expect(initiation.receiveCookie(flip(message, offset))).toBeTypeOf("string");
    expect(initiation.receiveCookie(flip(message, 4))).toBe("index");
    expect(initiation.receiveCookie(flip(message, 63))).toBe("auth");
  });

  test("is refused when it answers another INIT, or another node sends it", () => {
    const another = { senderIndex: init.senderIndex, mac1: flip(init.mac1, 0) };
    expect(initiation.receiveCookie(sealCookie(suite, start, another, cookie, nonce))).toBe("auth");
    const stranger = prologue(suite, VIEW.network, VIEW.initiator.publicKey);
    expect(initiation.receiveCookie(sealCookie(suite, stranger, init, cookie, nonce))).toBe("auth");
    const outsider = prologue(suite, { ...VIEW.network, key: seeded("other") }, VIEW.responder.publicKey);
    expect(initiation.receiveCookie(sealCookie(suite, outsider, init, cookie, nonce))).toBe("auth");
  });

  test("goes into mac2 of the next INIT", () => {
    expect(initiation.message.subarray(128)).toEqual(new Uint8Array(16));
    expect(call(VIEW, { cookie }).message.subarray(128)).not.toEqual(new Uint8Array(16));
  });
});

describe("secrets are wiped", () => {
  const leftover = (secrets: readonly Uint8Array[]) => secrets.filter((secret) => secret.some((byte) => byte !== 0));

  test("after RESP, all but the session's keys and the macs", () => {
    const ephemeral = seeded("initiator's ephemeral");
    const record = recorded(suite);
    const initiation = call(VIEW, { suite: record.suite, ephemeral: () => ephemeral });
    const response = answerTo(initiation);
    succeeded(initiation.receive(response));
    const macs = leftover(record.secrets).map((mac) => mac.slice(0, 16));
    expect(macs).toEqual([initiation.message.slice(112, 128), response.slice(68, 84)]);
    expect(ephemeral).toEqual(new Uint8Array(32));
    expect(() => initiation.receive(response)).toThrow(InvariantViolation);
  });

  test("when the handshake is given up", () => {
    const ephemeral = seeded("initiator's ephemeral");
    const record = recorded(suite);
    const initiation = call(VIEW, { suite: record.suite, ephemeral: () => ephemeral });
    initiation.wipe();
    expect(leftover(record.secrets).map((mac) => mac.slice(0, 16))).toEqual([initiation.message.slice(112, 128)]);
    expect(ephemeral).toEqual(new Uint8Array(32));
  });

  test("of a RESP that was refused; those that wait for the true one stay", () => {
    const record = recorded(suite);
    const initiation = call(VIEW, { suite: record.suite });
    const wrong = answerTo(initiation, { ...VIEW, psk: seeded("another psk") });
    record.clear();
    expect(initiation.receive(wrong)).toBe("auth");
    expect(leftover(record.secrets).map((mac) => mac.slice(0, 16))).toEqual([wrong.slice(68, 84)]);
    expect(succeeded(initiation.receive(answerTo(initiation))).remoteIndex).toBe(RESPONDER_INDEX);
  });
});
