import { beforeAll, describe, expect, test } from "vitest";
import type { HandshakeCase, HandshakeVectors } from "../../scripts/vectors/handshake.js";
import type { Step } from "../../scripts/vectors/spec.js";
import { fromHex, toHex } from "../../src/base/bytes.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { type Initiation, initiate } from "../../src/protocol/handshake/initiator.js";
import { checkInit } from "../../src/protocol/handshake/macs.js";
import { type Prologue, prologue } from "../../src/protocol/handshake/prologue.js";
import { openInit, type Reply } from "../../src/protocol/handshake/responder.js";
import { type DirectionKeys, subkeys } from "../../src/protocol/handshake/session-keys.js";
import type { DropReason } from "../../src/protocol/wire/drop-reason.js";
import { isDrop } from "../../src/protocol/wire/drop-reason.js";
import { load } from "./load.js";
import { recorded } from "./recorded-suite.js";
import { suites } from "./suites.js";

const vectors = load<HandshakeVectors>("handshake");
const byName = new Map(vectors.cases.map((known) => [known.name, known]));

describe.each(suites)("handshakes of %s", (_, open) => {
  let suite: CryptoSuite;
  beforeAll(() => {
    suite = open();
  });

  describe.each(vectors.cases)("$name", (known) => {
    test("INIT, byte for byte", () => {
      expect(toHex(call(suite, known).message)).toBe(known.init);
    });

    test("RESP, byte for byte", () => {
      expect(toHex(reply(suite, known, fromHex(known.init)).message)).toBe(known.response);
    });

    test("both sides get the keys, with their directions crossed", () => {
      const answered = reply(suite, known, fromHex(known.init)).established;
      const called = call(suite, known).receive(fromHex(known.response));
      if (isDrop(called)) throw new Error(called);
      expect(called.keys.send).toEqual(expectedKeys(known.initiatorToResponder));
      expect(called.keys.receive).toEqual(expectedKeys(known.responderToInitiator));
      expect(answered.keys.receive).toEqual(expectedKeys(known.initiatorToResponder));
      expect(answered.keys.send).toEqual(expectedKeys(known.responderToInitiator));
      expect(called).toMatchObject({ remoteIndex: known.responder.index, payload: known.responder.payload });
      expect(answered).toMatchObject({ remoteIndex: known.initiator.index, payload: known.initiator.payload });
      const common = known.initiator.payload.capabilities & known.responder.payload.capabilities & 0b11111;
      expect([called.capabilities, answered.capabilities]).toEqual([common, common]);
    });

    test("subkeys, in the shim's order", () => {
      for (const direction of [known.initiatorToResponder, known.responderToInitiator]) {
        const order = ["00", "01", "10", "11", "e0", "f0"].map((kind) => direction.subkeys[kind]);
        expect(toHex(subkeys(suite, fromHex(direction.key), fromHex(direction.sid)))).toBe(order.join(""));
      }
    });

    test("ck and h after each token, on both sides", () => {
      const { prologueSteps, initSteps, responseSteps } = known;
      const label = { ck: prologueSteps[0]?.ck ?? "", h: prologueSteps[0]?.ck ?? "" };
      const record = recorded(suite);
      prologue(record.suite, networkOf(known), fromHex(known.responder.publicKey));
      expect(record.h).toEqual([label.h, ...values("h", prologueSteps, label)]);
      expect(record.ck).toEqual(values("ck", prologueSteps, label));

      record.clear();
      const initiation = call(record.suite, known, start(suite, known));
      expect(record.h).toEqual(values("h", initSteps, prologueSteps.at(-1)));
      expect(record.ck).toEqual(values("ck", initSteps, prologueSteps.at(-1)));

      record.clear();
      initiation.receive(fromHex(known.response));
      expect(record.h).toEqual(values("h", responseSteps, initSteps.at(-1)));
      // The last HKDF is the split.
      expect(record.ck.slice(0, -1)).toEqual(values("ck", responseSteps, initSteps.at(-1)));

      record.clear();
      reply(record.suite, known, fromHex(known.init), start(suite, known));
      expect(record.h).toEqual(values("h", [...initSteps, ...responseSteps], prologueSteps.at(-1)));
      expect(record.ck.slice(0, -1)).toEqual(values("ck", [...initSteps, ...responseSteps], prologueSteps.at(-1)));
    });
  });

  test.each(vectors.refusals)("$message refused: $name", ({ case: name, message, bytes, reason }) => {
    const known = byName.get(name);
    if (known === undefined) throw new Error(`no case ${name}`);
    const datagram = fromHex(bytes);
    const result = message === "init" ? tryReply(suite, known, datagram) : call(suite, known).receive(datagram);
    expect(result).toBe(reason);
  });
});

function networkOf(known: HandshakeCase) {
  return { name: known.network.name, key: fromHex(known.network.key) };
}

function start(suite: CryptoSuite, known: HandshakeCase): Prologue {
  return prologue(suite, networkOf(known), fromHex(known.responder.publicKey));
}

function call(suite: CryptoSuite, known: HandshakeCase, begun = start(suite, known)): Initiation {
  const { initiator } = known;
  const initiation = initiate({
    suite,
    prologue: begun,
    local: { privateKey: fromHex(initiator.privateKey), publicKey: fromHex(initiator.publicKey) },
    psk: fromHex(known.psk),
    index: initiator.index,
    payload: initiator.payload,
    ephemeral: () => fromHex(initiator.ephemeral),
    cookie: known.cookie === "" ? undefined : fromHex(known.cookie),
  });
  if (initiation === undefined) throw new Error("zero DH");
  return initiation;
}

function reply(suite: CryptoSuite, known: HandshakeCase, datagram: Uint8Array, begun = start(suite, known)): Reply {
  const result = tryReply(suite, known, datagram, begun);
  if (isDrop(result)) throw new Error(result);
  return result;
}

function tryReply(suite: CryptoSuite, known: HandshakeCase, datagram: Uint8Array, begun = start(suite, known)): Reply | DropReason {
  const { responder } = known;
  const init = checkInit(suite, begun, datagram);
  if (isDrop(init)) return init;
  const caller = openInit({ suite, prologue: begun, privateKey: fromHex(responder.privateKey) }, init);
  if (isDrop(caller)) return caller;
  expect(toHex(caller.initiator)).toBe(known.initiator.publicKey);
  const offer = caller.readPayload(responder.payload.capabilities);
  if (isDrop(offer)) return offer;
  return offer.respond({
    index: responder.index,
    psk: fromHex(known.psk),
    payload: responder.payload,
    ephemeral: () => fromHex(responder.ephemeral),
  });
}

function expectedKeys(direction: { key: string; sid: string }): DirectionKeys {
  return { key: fromHex(direction.key), sid: fromHex(direction.sid) };
}

/** The values that ck or h takes after `before`; a token may leave it as it was. */
function values(which: "ck" | "h", steps: readonly Step[], before: Pick<Step, "ck" | "h"> | undefined): string[] {
  const all = [before?.[which], ...steps.map((step) => step[which])];
  return all.flatMap((value, i) => (i === 0 || value === undefined || value === all[i - 1] ? [] : [value]));
}
