import { isNativeAccelerationEnabled } from "cbor-x/encode";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../../../src/base/bytes.js";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import { decodeControl, encodeControl } from "../../../../src/protocol/wire/control.js";

const decodeHex = (hex: string) => decodeControl(fromHex(hex.replaceAll(" ", "")));

test("HELLO", () => {
  const hello = { type: "hello", agent: "tunvpn/0.1.0", innerMtu: 1420 } as const;
  expect(toHex(encodeControl(hello))).toBe("a30001016c74756e76706e2f302e312e300219058c");
  expect(decodeControl(encodeControl(hello))).toEqual(hello);
});

test("GOODBYE", () => {
  const goodbye = { type: "goodbye", reason: 300 } as const;
  expect(toHex(encodeControl(goodbye))).toBe("a200060119012c");
  expect(decodeControl(encodeControl(goodbye))).toEqual(goodbye);
});

test("agents of any length up to 64 bytes, beyond ASCII too", () => {
  for (const agent of ["", "a", "é".repeat(32), "tunvpn/1.0 €😀", "a".repeat(64)]) {
    expect(decodeControl(encodeControl({ type: "hello", agent, innerMtu: 1280 }))).toEqual({ type: "hello", agent, innerMtu: 1280 });
  }
  expect(() => encodeControl({ type: "hello", agent: "a".repeat(65), innerMtu: 1280 })).toThrow(InvariantViolation);
});

test("unknown keys are ignored, whatever they hold", () => {
  const goodbye = "a4 00 06 01 05 02 81 a1 00 43 010203 18ff 1b 001fffffffffffff";
  expect(decodeHex(goodbye)).toEqual({ type: "goodbye", reason: 5 });
});

test("numbers in their longest form are numbers", () => {
  expect(decodeHex("a2 00 1b 0000000000000006 01 1b 0000000000000005")).toEqual({ type: "goodbye", reason: 5 });
  expect(decodeHex("a2 00 06 01 1b 001fffffffffffff")).toEqual({ type: "goodbye", reason: Number.MAX_SAFE_INTEGER });
});

test("unknown types are shown, not guessed at", () => {
  expect(decodeHex("a1 00 02")).toEqual({ type: "unknown", number: 2 });
  expect(decodeHex("a2 00 18 c8 01 f5")).toEqual({ type: "unknown", number: 200 });
});

describe("malformed", () => {
  test.each([
    ["no type", "a0"],
    ["no type, but other keys", "a1 01 05"],
    ["type that is text", "a1 00 61 31"],
    ["type that is a boolean", "a1 00 f5"],
    ["HELLO without agent", "a2 00 01 02 05"],
    ["HELLO without inner_mtu", "a2 00 01 01 61 61"],
    ["HELLO with an agent of bytes", "a3 00 01 01 41 61 02 05"],
    ["HELLO with inner_mtu as text", "a3 00 01 01 61 61 02 61 35"],
    ["GOODBYE without reason", "a1 00 06"],
    ["GOODBYE with a reason that is text", "a2 00 06 01 61 61"],
    ["nothing at all", ""],
    ["bytes behind", "a2 00 06 01 05 00"],
  ])("%s", (_, hex) => {
    expect(decodeHex(hex)).toBe("malformed");
  });
});

test("longer than 1,200 bytes", () => {
  expect(decodeControl(new Uint8Array(1201))).toBe("length");
});

test("the datagram is left as it was", () => {
  const bytes = fromHex("a2000601190001");
  decodeControl(bytes);
  expect(Object.keys(bytes)).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
});

test("cbor-x works without its native extractor", () => {
  expect(isNativeAccelerationEnabled).toBe(false);
});
