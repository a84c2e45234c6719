import fc from "fast-check";
import { expect, test } from "vitest";
import { referenceSuite as suite } from "../../src/crypto/reference.js";
import { initiate } from "../../src/protocol/handshake/initiator.js";
import { checkInit } from "../../src/protocol/handshake/macs.js";
import { prologue } from "../../src/protocol/handshake/prologue.js";
import { openInit, type Reply } from "../../src/protocol/handshake/responder.js";
import { CAPABILITY } from "../../src/protocol/wire/capabilities.js";
import { type DropReason, isDrop } from "../../src/protocol/wire/drop-reason.js";
import { openData, sealData } from "../../src/protocol/wire/transport.js";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const index = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const mandatory = CAPABILITY.l3 | CAPABILITY.probe | CAPABILITY.control;
const payload = fc.record({
  capabilities: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((bits) => (bits | mandatory) >>> 0),
  rxMax: fc.integer({ min: 1312, max: 65535 }),
});
const side = fc.record({ privateKey: key, ephemeral: key, index, payload });
const world = fc.record({
  network: fc.record({ name: fc.string({ unit: "grapheme", maxLength: 12 }).filter((name) => Buffer.byteLength(name) <= 64), key }),
  psk: key,
  initiator: side,
  responder: side,
  cookie: fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 }), { nil: undefined }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function call({ network, psk, initiator, responder, cookie }: World) {
  const initiation = initiate({
    suite,
    prologue: prologue(suite, network, suite.publicKey(responder.privateKey)),
    local: { privateKey: initiator.privateKey, publicKey: suite.publicKey(initiator.privateKey) },
    psk,
    index: initiator.index,
    payload: initiator.payload,
    ephemeral: () => initiator.ephemeral.slice(),
    cookie,
  });
  if (initiation === undefined) throw new Error("zero DH between two honest sides");
  return initiation;
}

function answer({ network, psk, responder }: World, datagram: Uint8Array): Reply | DropReason {
  const start = prologue(suite, network, suite.publicKey(responder.privateKey));
  const init = checkInit(suite, start, datagram);
  if (isDrop(init)) return init;
  const caller = openInit({ suite, prologue: start, privateKey: responder.privateKey }, init);
  if (isDrop(caller)) return caller;
  const offer = caller.readPayload(responder.payload.capabilities);
  if (isDrop(offer)) return offer;
  return offer.respond({ index: responder.index, psk, payload: responder.payload, ephemeral: () => responder.ephemeral.slice() });
}

test("any two sides that agree end with the same session, and can talk", () => {
  fc.assert(
    fc.property(world, fc.uint8Array({ maxLength: 100 }), (agreed, plaintext) => {
      const initiation = call(agreed);
      const reply = answer(agreed, initiation.message);
      if (isDrop(reply)) throw new Error(reply);
      const called = initiation.receive(reply.message);
      if (isDrop(called)) throw new Error(called);
      const answered = reply.established;
      expect(called.capabilities).toBe(answered.capabilities);
      expect([called.payload, called.remoteIndex]).toEqual([agreed.responder.payload, agreed.responder.index]);
      expect([answered.payload, answered.remoteIndex]).toEqual([agreed.initiator.payload, agreed.initiator.index]);

      const message = { kind: 0x00, receiverIndex: called.remoteIndex, counter: 0, plaintext } as const;
      const datagram = sealData(suite, called.keys.send, message);
      expect(openData(suite, answered.keys.receive, datagram)).toEqual(message);
      expect(openData(suite, answered.keys.send, datagram)).toBe("auth");
      const back = sealData(suite, answered.keys.send, message);
      expect(openData(suite, called.keys.receive, back)).toEqual(message);
    }),
    { numRuns: 60 },
  );
});

const changes = fc.array(fc.tuple(fc.nat({ max: 127 }), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });

/** Every change hits another byte, so that none undoes another. */
function changed(message: Uint8Array, hits: readonly (readonly [number, number])[], within: number): Uint8Array {
  const out = message.slice();
  for (const [offset, mask] of new Map(hits.map(([offset, mask]) => [offset % within, mask]))) out[offset] = (out[offset] ?? 0) ^ mask;
  return out;
}

test("no changed INIT is answered, and no changed RESP taken", () => {
  fc.assert(
    fc.property(world, changes, (agreed, hits) => {
      const initiation = call(agreed);
      expect(isDrop(answer(agreed, changed(initiation.message, hits, 128)))).toBe(true);
      const reply = answer(agreed, initiation.message);
      if (isDrop(reply)) throw new Error(reply);
      expect(isDrop(initiation.receive(changed(reply.message, hits, 84)))).toBe(true);
      expect(isDrop(initiation.receive(reply.message))).toBe(false);
    }),
    { numRuns: 40 },
  );
});

test("whatever arrives, nothing throws", () => {
  const agreed = fc.sample(world, { numRuns: 1, seed: 1 })[0];
  if (agreed === undefined) throw new Error("no sample");
  const initiation = call(agreed);
  const start = (type: number) => Uint8Array.of(type, 1, 0, 0);
  const datagram = fc
    .tuple(fc.constantFrom(1, 2, 3, 4), fc.oneof(fc.constantFrom(140, 80, 60), fc.nat({ max: 200 })))
    .chain(([type, length]) =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((rest) => Uint8Array.of(...start(type), ...rest)),
    );
  fc.assert(
    fc.property(datagram, (bytes) => {
      expect(isDrop(answer(agreed, bytes))).toBe(true);
      expect(isDrop(initiation.receive(bytes))).toBe(true);
      expect(isDrop(initiation.receiveCookie(bytes))).toBe(true);
      expect(isDrop(openData(suite, { key: agreed.psk, sid: agreed.psk.subarray(0, 15) }, bytes))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
