import { describe, expect, test } from "vitest";
import { concat } from "../../../../src/base/bytes.js";
import type { CryptoSuite } from "../../../../src/crypto/suite.js";
import { initiate } from "../../../../src/protocol/handshake/initiator.js";
import { checkInit } from "../../../../src/protocol/handshake/macs.js";
import { prologue } from "../../../../src/protocol/handshake/prologue.js";
import { openInit } from "../../../../src/protocol/handshake/responder.js";
import { CAPABILITY } from "../../../../src/protocol/wire/capabilities.js";
import { isDrop } from "../../../../src/protocol/wire/drop-reason.js";
import { INIT_BYTES, type Payload } from "../../../../src/protocol/wire/layouts.js";
import { recorded } from "../../../vectors/recorded-suite.js";
import { answer, call, checked, flip, INITIATOR_INDEX, keyPair, read, seeded, succeeded, VIEW, withMac1 } from "./handshake-pair.js";

const init = call(VIEW).message;
const { suite } = VIEW;

test("an INIT shows who called before anything else of it is read", () => {
  const start = prologue(suite, VIEW.network, VIEW.responder.publicKey);
  const caller = succeeded(openInit({ suite, prologue: start, privateKey: VIEW.responder.privateKey }, checked(VIEW, init)));
  expect(caller.initiator).toEqual(VIEW.initiator.publicKey);
});

test("the initiator's key is not in INIT for all to see", () => {
  expect(Buffer.from(init).includes(Buffer.from(VIEW.initiator.publicKey))).toBe(false);
});

test("an offer shows the payload, and what both sides set", () => {
  const offer = succeeded(read(VIEW, init));
  expect(offer.payload).toEqual(VIEW.payload);
  expect(offer.capabilities).toBe(VIEW.payload.capabilities);
  expect(succeeded(answer(VIEW, init)).established.remoteIndex).toBe(INITIATOR_INDEX);
});

describe("a change of any byte of INIT is refused", () => {
  test.each(Array.from({ length: 128 }, (_, offset) => offset))("byte %i, as it comes", (offset) => {
    expect(read(VIEW, flip(init, offset))).toBe(offset === 0 ? "type" : offset === 1 ? "version" : offset < 4 ? "reserved" : "mac1");
  });

  test.each(Array.from({ length: 108 }, (_, i) => i + 4))("byte %i, with mac1 made anew", (offset) => {
    expect(read(VIEW, withMac1(VIEW, flip(init, offset, 0x80)))).toBe("auth");
  });

  test("E_i in the bit that X25519 ignores: the transcript does not", () => {
    expect(read(VIEW, withMac1(VIEW, flip(init, 39, 0x80)))).toBe("auth");
  });

  test("mac2 is not looked at here", () => {
    expect(isDrop(read(VIEW, flip(init, 130)))).toBe(false);
  });
});

test("an INIT of any other length is refused", () => {
  for (let length = 0; length < INIT_BYTES; length++) expect(read(VIEW, init.subarray(0, length))).toBe("length");
  expect(read(VIEW, concat(init, Uint8Array.of(0)))).toBe("length");
});

describe("an INIT made under another belief is refused", () => {
  const other = { name: "other", key: seeded("other network key") };

  test("network key", () => {
    const wrong = call({ ...VIEW, network: { ...VIEW.network, key: other.key } }).message;
    expect(read(VIEW, wrong)).toBe("mac1");
    expect(read(VIEW, withMac1(VIEW, wrong))).toBe("auth");
  });

  test("network name", () => {
    expect(read(VIEW, call({ ...VIEW, network: { ...VIEW.network, name: other.name } }).message)).toBe("auth");
  });

  test("the responder's key", () => {
    const wrong = call({ ...VIEW, responder: keyPair("another responder") }).message;
    expect(read(VIEW, wrong)).toBe("mac1");
    expect(read(VIEW, withMac1(VIEW, wrong))).toBe("auth");
  });

  test("the initiator's key: its private half proves the public one", () => {
    const impostor = { privateKey: seeded("impostor"), publicKey: VIEW.initiator.publicKey };
    expect(read(VIEW, call({ ...VIEW, initiator: impostor }).message)).toBe("auth");
  });
});

describe("a Diffie-Hellman result of zero stops the handshake", () => {
  const zero = new Uint8Array(32);

  test("E_i", () => {
    const message = init.slice();
    message.set(zero, 8);
    expect(read(VIEW, withMac1(VIEW, message))).toBe("dh");
  });

  test("S_i", () => {
    const hollow = { privateKey: VIEW.initiator.privateKey, publicKey: zero };
    expect(read(VIEW, call({ ...VIEW, initiator: hollow }).message)).toBe("dh");
  });

  test("S_r, before anything is sent", () => {
    const start = prologue(suite, VIEW.network, zero);
    const inputs = { suite, prologue: start, local: VIEW.initiator, psk: VIEW.psk, index: 1, payload: VIEW.payload };
    expect(initiate({ ...inputs, ephemeral: () => seeded("e") })).toBeUndefined();
  });
});

describe("P_i", () => {
  const { l2, l3, partialChecksum, probe, control } = CAPABILITY;
  const offering = (capabilities: number) => call(VIEW, { payload: { capabilities, rxMax: 1312 } }).message;

  test.each([
    ["nothing", 0],
    ["no probe", l3 | control],
    ["no control", l3 | probe],
    ["neither L3 nor L2", probe | control | partialChecksum],
    ["L2 only, to an L3 responder", l2 | probe | control],
  ])("is refused with capabilities: %s", (_, capabilities) => {
    expect(read(VIEW, offering(capabilities))).toBe("capabilities");
  });

  test("unknown capabilities are ignored", () => {
    expect(succeeded(read(VIEW, offering((0xffff_ffe0 | l3 | probe | control) >>> 0))).capabilities).toBe(l3 | probe | control);
  });

  test("is refused when it was sealed for another INIT", () => {
    const another = call(VIEW, { ephemeral: () => seeded("another ephemeral") }).message;
    const message = init.slice();
    message.set(another.subarray(88, 112), 88);
    expect(read(VIEW, withMac1(VIEW, message))).toBe("auth");
  });
});

test.each([1, 2, 3, 4])("a zero from DH number %i stops the responder", (zero) => {
  let calls = 0;
  const failing = { ...suite, dh: (s: Uint8Array, P: Uint8Array) => (++calls === zero ? undefined : suite.dh(s, P)) };
  expect(answer({ ...VIEW, suite: failing }, init)).toBe("dh");
});

test("a refused INIT leaves the prologue as it was", () => {
  const start = prologue(suite, VIEW.network, VIEW.responder.publicKey);
  const before = structuredClone(start);
  const refused = succeeded(checkInit(suite, start, withMac1(VIEW, flip(init, 90))));
  const caller = succeeded(openInit({ suite, prologue: start, privateKey: VIEW.responder.privateKey }, refused));
  expect(caller.readPayload(VIEW.payload.capabilities)).toBe("auth");
  expect(start).toEqual(before);
});

describe("secrets are wiped", () => {
  const start = prologue(suite, VIEW.network, VIEW.responder.publicKey);
  const leftover = (secrets: readonly Uint8Array[]) => secrets.filter((secret) => secret.some((byte) => byte !== 0));

  test("after RESP, all but the session's keys and mac1", () => {
    const record = recorded(suite);
    const ephemeral = seeded("responder's ephemeral");
    const caller = succeeded(
      openInit({ suite: record.suite, prologue: start, privateKey: VIEW.responder.privateKey }, checked(VIEW, init)),
    );
    const offer = succeeded(caller.readPayload(VIEW.payload.capabilities));
    const reply = succeeded(offer.respond({ index: 1, psk: VIEW.psk, payload: VIEW.payload, ephemeral: () => ephemeral }));
    const [mac1, ...rest] = leftover(record.secrets);
    expect(mac1?.subarray(0, 16)).toEqual(reply.message.subarray(68, 84));
    expect(rest).toEqual([]);
    expect(ephemeral).toEqual(new Uint8Array(32));
    expect(VIEW.psk).toEqual(seeded("psk"));
  });

  test.each([40, 88])("after a refusal at byte %i", (offset) => {
    const record = recorded(suite);
    const broken = checked(VIEW, withMac1(VIEW, flip(init, offset)));
    const caller = openInit({ suite: record.suite, prologue: start, privateKey: VIEW.responder.privateKey }, broken);
    if (!isDrop(caller)) expect(caller.readPayload(VIEW.payload.capabilities)).toBe("auth");
    expect(leftover(record.secrets)).toEqual([]);
  });

  test.each([
    ["the payload", { capabilities: 0, rxMax: 1472 }, "capabilities"],
    ["rx_max", { capabilities: VIEW.payload.capabilities, rxMax: 1311 }, "payload"],
  ])("after a refusal of what was sealed: %s", (_, sealed, reason) => {
    const record = recorded(suite);
    const message = call({ ...VIEW, suite: payloadSuite(sealed) }).message;
    const caller = succeeded(
      openInit({ suite: record.suite, prologue: start, privateKey: VIEW.responder.privateKey }, checked(VIEW, message)),
    );
    expect(caller.readPayload(VIEW.payload.capabilities)).toBe(reason);
    expect(leftover(record.secrets)).toEqual([]);
  });

  test("when the node does not know the caller, or does not want the offer", () => {
    const record = recorded(suite);
    const caller = succeeded(
      openInit({ suite: record.suite, prologue: start, privateKey: VIEW.responder.privateKey }, checked(VIEW, init)),
    );
    caller.wipe();
    expect(leftover(record.secrets)).toEqual([]);
    const again = succeeded(openInit({ suite: record.suite, prologue: start, privateKey: VIEW.responder.privateKey }, checked(VIEW, init)));
    succeeded(again.readPayload(VIEW.payload.capabilities)).wipe();
    expect(leftover(record.secrets)).toEqual([]);
  });
});

/** A suite that seals another payload than it is given. */
function payloadSuite({ capabilities, rxMax }: Payload): CryptoSuite {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setUint32(0, capabilities, true);
  new DataView(payload.buffer).setUint16(4, rxMax, true);
  return { ...suite, seal: (key, nonce, plaintext) => suite.seal(key, nonce, plaintext.length === 8 ? payload : plaintext) };
}
