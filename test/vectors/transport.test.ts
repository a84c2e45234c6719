import { beforeAll, describe, expect, test } from "vitest";
import type { TransportVector } from "../../scripts/vectors/transport.js";
import { fromHex, toHex } from "../../src/base/bytes.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { isKind } from "../../src/protocol/wire/kinds.js";
import { openData, sealData } from "../../src/protocol/wire/transport.js";
import { load } from "./load.js";
import { suites } from "./suites.js";

const vectors = load<TransportVector[]>("transport");

describe.each(suites)("DATA of %s", (_, open) => {
  let suite: CryptoSuite;
  beforeAll(() => {
    suite = open();
  });

  test.each(vectors)("kind $kind, counter $counter, receiver $receiverIndex", ({ key, sid, plaintext, datagram, ...header }) => {
    const keys = { key: fromHex(key), sid: fromHex(sid) };
    const { kind } = header;
    if (!isKind(kind)) throw new Error(`kind ${kind}`);
    const message = { ...header, kind, plaintext: fromHex(plaintext) };
    expect(toHex(sealData(suite, keys, message))).toBe(datagram);
    expect(openData(suite, keys, fromHex(datagram))).toEqual(message);
  });
});

test("the lengths at block and padding borders are all there", () => {
  const lengths = new Set(vectors.map(({ plaintext }) => plaintext.length / 2));
  expect([...lengths]).toEqual([0, 1, 15, 16, 31, 32, 33, 63, 64, 1419, 1420, 8900]);
  expect(new Set(vectors.map(({ kind }) => kind)).size).toBe(6);
});
