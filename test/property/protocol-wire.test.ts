import fc from "fast-check";
import { expect, test } from "vitest";
import { referenceSuite as suite } from "../../src/crypto/reference.js";
import { isDrop } from "../../src/protocol/wire/drop-reason.js";
import { KINDS } from "../../src/protocol/wire/kinds.js";
import {
  decodeCookie,
  decodeData,
  decodeInit,
  decodePayload,
  decodeResponse,
  encodeData,
  encodePayload,
} from "../../src/protocol/wire/layouts.js";
import { decodeProbe, encodeProbe, type Probe } from "../../src/protocol/wire/probe.js";
import { openData, sealData } from "../../src/protocol/wire/transport.js";

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const counter = fc.integer({ min: 0, max: 2 ** 52 - 1 });
const kind = fc.constantFrom(...KINDS);

test("DATA header: what is written is read", () => {
  const box = fc.uint8Array({ minLength: 16, maxLength: 64 });
  fc.assert(
    fc.property(fc.record({ kind, receiverIndex: u32, counter, box }), (message) => {
      expect(decodeData(encodeData(message))).toEqual(message);
    }),
  );
});

test("DATA: what is sealed opens, and under no other counter, kind or sid", () => {
  const keys = fc.record({
    key: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    sid: fc.uint8Array({ minLength: 15, maxLength: 15 }),
  });
  const message = fc.record({ kind, receiverIndex: u32, counter, plaintext: fc.uint8Array({ maxLength: 200 }) });
  fc.assert(
    fc.property(
      keys,
      message,
      fc.nat({ max: 14 }),
      fc.integer({ min: 0, max: 51 }),
      fc.integer({ min: 1, max: 5 }),
      (own, sent, sidByte, bit, shift) => {
        const datagram = sealData(suite, own, sent);
        expect(openData(suite, own, datagram)).toEqual(sent);

        const otherSid = own.sid.map((byte, i) => (i === sidByte ? byte ^ 1 : byte));
        expect(openData(suite, { ...own, sid: otherSid }, datagram)).toBe("auth");
        const { box } = decodeData(datagram) as { box: Uint8Array };
        const otherCounter = Number(BigInt(sent.counter) ^ (1n << BigInt(bit)));
        expect(openData(suite, own, encodeData({ ...sent, counter: otherCounter, box }))).toBe("auth");
        const otherKind = KINDS[(KINDS.indexOf(sent.kind) + shift) % KINDS.length] ?? sent.kind;
        expect(openData(suite, own, encodeData({ ...sent, kind: otherKind, box }))).toBe("auth");
      },
    ),
  );
});

test("P: what is written is read", () => {
  fc.assert(
    fc.property(u32, fc.integer({ min: 1312, max: 65535 }), (capabilities, rxMax) => {
      expect(decodePayload(encodePayload({ capabilities, rxMax }))).toEqual({ capabilities, rxMax });
    }),
  );
});

test("probes: what is written is read, at any length", () => {
  const probe: fc.Arbitrary<Probe> = fc
    .record({
      op: fc.constantFrom("ping", "pong", "pathChallenge", "pathResponse", "pmtuProbe", "pmtuAck"),
      moved: fc.boolean(),
      arg: fc.integer({ min: 0, max: 65535 }),
      sequence: u32,
      token: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    })
    .map((drawn) => ({ ...drawn, moved: drawn.moved && drawn.op === "pathChallenge" }));
  fc.assert(
    fc.property(probe, fc.integer({ min: 16, max: 1440 }), (sent, length) => {
      expect(decodeProbe(encodeProbe(sent, length))).toEqual(sent);
    }),
  );
});

test("whatever arrives, decoding drops or returns, and never throws", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    ...[144, 84, 64, 32, 16, 8].map((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  );
  fc.assert(
    fc.property(bytes, fc.nat({ max: 5 }), (drawn, type) => {
      const typed = drawn.slice();
      if (typed.length > 4) typed.set([type, 1, 0, 0]);
      const results = [
        decodeInit(typed),
        decodeResponse(typed),
        decodeCookie(typed),
        decodeData(typed),
        decodePayload(typed),
        decodeProbe(typed),
      ];
      for (const result of results) expect(isDrop(result) || typeof result === "object").toBe(true);
    }),
    { numRuns: 1000 },
  );
});
