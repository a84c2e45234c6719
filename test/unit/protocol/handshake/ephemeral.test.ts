import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { toHex } from "../../../../src/base/bytes.js";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import { hedgedEphemeral } from "../../../../src/protocol/handshake/ephemeral.js";
import { seeded, VIEW } from "./handshake-pair.js";

const { suite } = VIEW;
const h = VIEW.suite.hash(seeded("transcript"));
const NOW = { boot: 12_345.6789, real: 1_700_000_000_123.25 };

function ephemeral(
  change: { key?: Uint8Array; random?: Uint8Array; counter?: number; boot?: number; real?: number; h?: Uint8Array } = {},
): string {
  const now = { boot: change.boot ?? NOW.boot, real: change.real ?? NOW.real };
  const make = hedgedEphemeral(suite, change.key ?? seeded("s"), change.random ?? seeded("random"), change.counter ?? 7, now);
  return toHex(make(change.h ?? h));
}

test("is the HMAC that the specification says, times in microseconds", () => {
  const numbers = Buffer.alloc(24);
  numbers.writeBigUInt64LE(7n, 0);
  numbers.writeBigUInt64LE(12_345_678n, 8);
  numbers.writeBigUInt64LE(1_700_000_000_123_250n, 16);
  const expected = createHmac("sha512", seeded("s")).update("eph").update(seeded("random")).update(numbers).update(h).digest("hex");
  expect(ephemeral()).toBe(expected.slice(0, 64));
});

test("changes with each of its sources", () => {
  const all = [
    ephemeral(),
    ephemeral({ key: seeded("another s") }),
    ephemeral({ random: seeded("other") }),
    ephemeral({ counter: 8 }),
    ephemeral({ boot: NOW.boot + 0.001 }),
    ephemeral({ real: NOW.real + 0.001 }),
    ephemeral({ h: suite.hash(h) }),
  ];
  expect(new Set(all).size).toBe(all.length);
});

test("spends its random bytes and keeps the key", () => {
  const [key, random] = [seeded("s"), seeded("random")];
  ephemeral({ key, random });
  expect(random).toEqual(new Uint8Array(32));
  expect(key).toEqual(seeded("s"));
});

test("takes no fewer random bytes than 32", () => {
  expect(() => ephemeral({ random: new Uint8Array(31) })).toThrow(InvariantViolation);
});
