import { describe, expect, test } from "vitest";
import { concat } from "../../../../src/base/bytes.js";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import { REJECT_AFTER_MESSAGES } from "../../../../src/protocol/limits.js";
import {
  decodeCookie,
  decodeData,
  decodeInit,
  decodePayload,
  decodeResponse,
  encodeCookie,
  encodeCounter,
  encodeData,
  encodeInit,
  encodePayload,
  encodeResponse,
  initHeader,
  responseHeader,
} from "../../../../src/protocol/wire/layouts.js";
import { flip } from "../handshake/handshake-pair.js";

/** Distinct bytes, so that a part at a wrong offset is seen. */
function run(from: number, length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => from + i);
}

const INIT = { header: initHeader(0x0403_0201), ephemeral: run(10, 32), sealedStatic: run(50, 48), sealedPayload: run(100, 24) };
const RESPONSE = { header: responseHeader(0x0403_0201, 0xfffe_fdfc), ephemeral: run(10, 32), sealedPayload: run(50, 24) };
const COOKIE = { receiverIndex: 0x0403_0201, nonce: run(10, 24), sealedCookie: run(50, 32) };
const DATA = { kind: 0xe0, receiverIndex: 0x0403_0201, counter: 0x000f_0605_0403_0201 % 2 ** 52, box: run(16, 20) } as const;

describe("offsets", () => {
  test("INIT", () => {
    const bytes = encodeInit(INIT);
    expect(bytes).toEqual(concat(Uint8Array.of(1, 1, 0, 0, 1, 2, 3, 4), run(10, 32), run(50, 48), run(100, 24), new Uint8Array(32)));
    bytes.set(run(130, 16), 112);
    bytes.set(run(150, 16), 128);
    expect(decodeInit(bytes)).toEqual({ ...INIT, bytes, senderIndex: 0x0403_0201, mac1: run(130, 16), mac2: run(150, 16) });
  });

  test("RESP", () => {
    const bytes = encodeResponse(RESPONSE);
    const head = Uint8Array.of(2, 1, 0, 0, 1, 2, 3, 4, 0xfc, 0xfd, 0xfe, 0xff);
    expect(bytes).toEqual(concat(head, run(10, 32), run(50, 24), new Uint8Array(16)));
    bytes.set(run(130, 16), 68);
    const indices = { senderIndex: 0x0403_0201, receiverIndex: 0xfffe_fdfc };
    expect(decodeResponse(bytes)).toEqual({ ...RESPONSE, ...indices, bytes, mac1: run(130, 16) });
  });

  test("COOKIE", () => {
    const bytes = encodeCookie(COOKIE);
    expect(bytes).toEqual(concat(Uint8Array.of(3, 1, 0, 0, 1, 2, 3, 4), run(10, 24), run(50, 32)));
    expect(decodeCookie(bytes)).toEqual(COOKIE);
  });

  test("DATA", () => {
    const bytes = encodeData({ ...DATA, counter: 0x0f_0605_0403_0201 });
    expect(bytes).toEqual(concat(Uint8Array.of(4, 0xe0, 0, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 0x0f, 0), run(16, 20)));
    expect(decodeData(bytes)).toEqual({ ...DATA, counter: 0x0f_0605_0403_0201 });
  });

  test("P", () => {
    const bytes = encodePayload({ capabilities: 0xf403_0201, rxMax: 0x0720 });
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 0xf4, 0x20, 0x07, 0, 0));
    expect(decodePayload(bytes)).toEqual({ capabilities: 0xf403_0201, rxMax: 0x0720 });
  });
});

describe.each([
  ["INIT", encodeInit(INIT), decodeInit],
  ["RESP", encodeResponse(RESPONSE), decodeResponse],
  ["COOKIE", encodeCookie(COOKIE), decodeCookie],
] as const)("%s is refused", (_, message, decode) => {
  test("at every other length", () => {
    for (let length = 0; length < message.length; length++) expect(decode(message.subarray(0, length))).toBe("length");
    expect(decode(concat(message, Uint8Array.of(0)))).toBe("length");
  });

  test("with another type, version or reserved byte", () => {
    for (let bit = 0; bit < 8; bit++) {
      expect(decode(flip(message, 0, 1 << bit))).toBe("type");
      expect(decode(flip(message, 1, 1 << bit))).toBe("version");
      expect(decode(flip(message, 2, 1 << bit))).toBe("reserved");
      expect(decode(flip(message, 3, 1 << bit))).toBe("reserved");
    }
  });

  test("and read where it stands in a larger buffer", () => {
    const around = concat(run(0, 5), message, run(0, 5));
    expect(decode(around.subarray(5, 5 + message.length))).toEqual(decode(message));
  });
});

describe("DATA is refused", () => {
  const message = encodeData(DATA);

  test("shorter than its header; the header alone is empty DATA", () => {
    for (let length = 0; length < 32; length++) expect(decodeData(message.subarray(0, length))).toBe("length");
    expect(decodeData(message.subarray(0, 32))).toMatchObject({ box: run(16, 16) });
  });

  test("with another type or reserved byte", () => {
    expect(decodeData(flip(message, 0))).toBe("type");
    expect(decodeData(flip(message, 2))).toBe("reserved");
    expect(decodeData(flip(message, 3, 0x80))).toBe("reserved");
  });

  test("with any kind but the six", () => {
    const known = Array.from({ length: 256 }, (_, kind) => kind).filter((kind) => {
      const changed = message.slice();
      changed[1] = kind;
      return decodeData(changed) !== "kind";
    });
    expect(known).toEqual([0x00, 0x01, 0x10, 0x11, 0xe0, 0xf0]);
  });

  test("with a counter at its limit", () => {
    const withCounter = (counter: bigint) => {
      const changed = message.slice();
      new DataView(changed.buffer).setBigUint64(8, counter, true);
      return decodeData(changed);
    };
    expect(withCounter(2n ** 52n - 1n)).toMatchObject({ counter: 2 ** 52 - 1 });
    for (const counter of [2n ** 52n, 2n ** 53n, 2n ** 64n - 1n]) expect(withCounter(counter)).toBe("counter");
  });
});

describe("P is refused", () => {
  const payload = encodePayload({ capabilities: 25, rxMax: 1312 });

  test("with a reserved byte", () => {
    expect(decodePayload(flip(payload, 6))).toBe("reserved");
    expect(decodePayload(flip(payload, 7, 0x80))).toBe("reserved");
  });

  test("with an rx_max below 1312", () => {
    expect(decodePayload(payload)).toMatchObject({ rxMax: 1312 });
    expect(decodePayload(Uint8Array.of(25, 0, 0, 0, 0x1f, 0x05, 0, 0))).toBe("payload");
  });

  test("at any other length", () => {
    expect(decodePayload(payload.subarray(1))).toBe("length");
    expect(decodePayload(concat(payload, Uint8Array.of(0)))).toBe("length");
  });
});

test("what we send is in range, or our own mistake", () => {
  for (const counter of [-1, 0.5, REJECT_AFTER_MESSAGES, Number.NaN]) expect(() => encodeCounter(counter)).toThrow(InvariantViolation);
  for (const index of [-1, 0.5, 2 ** 32]) expect(() => initHeader(index)).toThrow(InvariantViolation);
  for (const rxMax of [1311, 65536]) expect(() => encodePayload({ capabilities: 25, rxMax })).toThrow(InvariantViolation);
  expect(() => encodeInit({ ...INIT, sealedStatic: run(0, 47) })).toThrow(InvariantViolation);
  expect(() => encodeResponse({ ...RESPONSE, ephemeral: run(0, 33) })).toThrow(InvariantViolation);
  expect(() => encodeCookie({ ...COOKIE, nonce: run(0, 23) })).toThrow(InvariantViolation);
});
