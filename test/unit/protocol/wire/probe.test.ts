import { describe, expect, test } from "vitest";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import { decodeProbe, encodeProbe, type Probe, replyTo } from "../../../../src/protocol/wire/probe.js";
import { flip, succeeded } from "../handshake/handshake-pair.js";

const PROBE: Probe = { op: "pathChallenge", moved: true, arg: 0x0102, sequence: 0x8304_0506, token: 0xf122_3344_5566_7788n };

test("offsets", () => {
  const bytes = Uint8Array.of(3, 1, 2, 1, 6, 5, 4, 0x83, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0xf1);
  expect(encodeProbe(PROBE)).toEqual(bytes);
  expect(decodeProbe(bytes)).toEqual(PROBE);
});

test("numbers of the operations", () => {
  const ops = ["ping", "pong", "pathChallenge", "pathResponse", "pmtuProbe", "pmtuAck"] as const;
  const numbers = ops.map((op) => encodeProbe({ ...PROBE, op, moved: false })[0]);
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a probe of the path's MTU is as long as asked, and zeros", () => {
  const bytes = encodeProbe({ ...PROBE, op: "pmtuProbe", moved: false }, 1440);
  expect(bytes).toHaveLength(1440);
  expect(decodeProbe(bytes)).toEqual({ ...PROBE, op: "pmtuProbe", moved: false });
});

describe("refused", () => {
  const bytes = encodeProbe(PROBE, 20);

  test("shorter than 16 bytes", () => {
    for (let length = 0; length < 16; length++) expect(decodeProbe(bytes.subarray(0, length))).toBe("length");
  });

  test("with another operation", () => {
    for (const op of [0, 7, 0x80, 0xff]) expect(decodeProbe(Uint8Array.of(op, ...bytes.subarray(1)))).toBe("malformed");
  });

  test("with an unknown flag, or “I moved” elsewhere than in a challenge", () => {
    for (let bit = 1; bit < 8; bit++) expect(decodeProbe(flip(bytes, 1, 1 << bit))).toBe("reserved");
    for (const op of [1, 2, 4, 5, 6]) expect(decodeProbe(Uint8Array.of(op, ...bytes.subarray(1)))).toBe("reserved");
  });

  test("with anything but zeros behind", () => {
    for (let offset = 16; offset < 20; offset++) expect(decodeProbe(flip(bytes, offset))).toBe("reserved");
  });
});

describe("replies", () => {
  test.each([
    ["ping", "pong"],
    ["pathChallenge", "pathResponse"],
    ["pmtuProbe", "pmtuAck"],
  ] as const)("%s is answered by %s with the same numbers, in 16 bytes", (op, reply) => {
    const request = succeeded(decodeProbe(encodeProbe({ ...PROBE, op, moved: false }, 600)));
    const answer = replyTo(request);
    expect(answer).toEqual({ ...PROBE, op: reply, moved: false });
    expect(answer && encodeProbe(answer)).toHaveLength(16);
  });

  test("“I moved” is not sent back", () => {
    expect(replyTo(PROBE)).toMatchObject({ op: "pathResponse", moved: false });
  });

  test.each(["pong", "pathResponse", "pmtuAck"] as const)("%s is never answered", (op) => {
    expect(replyTo({ ...PROBE, op, moved: false })).toBeUndefined();
  });
});

test("what we send is in form, or our own mistake", () => {
  expect(() => encodeProbe(PROBE, 15)).toThrow(InvariantViolation);
  expect(() => encodeProbe({ ...PROBE, op: "ping" })).toThrow(InvariantViolation);
});
