import { expect, test } from "vitest";
import type { CborVector } from "../../scripts/vectors/cbor.js";
import { fromHex } from "../../src/base/bytes.js";
import { cborFault } from "../../src/protocol/wire/cbor.js";
import { decodeControl } from "../../src/protocol/wire/control.js";
import { load } from "./load.js";

const vectors = load<CborVector[]>("cbor");

test.each(vectors)("control message: $name is $verdict", ({ bytes, verdict }) => {
  expect(cborFault(fromHex(bytes)) ?? "ok").toBe(verdict);
});

test("what the validator refuses never reaches the decoder", () => {
  for (const { bytes, verdict } of vectors.filter(({ verdict }) => verdict !== "ok")) {
    expect(decodeControl(fromHex(bytes))).toBe(verdict === "size" ? "length" : "malformed");
  }
});
