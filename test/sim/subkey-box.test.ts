import { describe, expect, it } from "vitest";
import { subkeys } from "../../src/protocol/handshake/session-keys.js";
import { KIND, KINDS } from "../../src/protocol/wire/kinds.js";
import { encodeCounter } from "../../src/protocol/wire/layouts.js";
import { sealData } from "../../src/protocol/wire/transport.js";
import { Seeded } from "./seeded.js";
import { openUnder, sealUnder } from "./subkey-box.js";
import { quickSuite } from "./suite.js";

const random = new Seeded(1);
const keys = { key: random.bytes(32), sid: random.bytes(15) };

describe("a box under a subkey", () => {
  it.each(KINDS.flatMap((kind) => [0, 1, 16, 63, 64, 1420].map((length) => [kind, length] as const)))(
    "is the one of the wire, kind %i with %i bytes",
    (kind, length) => {
      const plaintext = random.bytes(length);
      const at = KINDS.indexOf(kind) * 32;
      const subkey = subkeys(quickSuite, keys.key, keys.sid).subarray(at, at + 32);
      const counter = 2 ** 40 + length;
      const box = sealUnder(subkey, encodeCounter(counter), plaintext);
      expect(box).toEqual(sealData(quickSuite, keys, { kind, receiverIndex: 1, counter, plaintext }).subarray(16));
      expect(openUnder(subkey, encodeCounter(counter), box)).toEqual(plaintext);
    },
  );

  it("does not open when it was changed", () => {
    const subkey = subkeys(quickSuite, keys.key, keys.sid).subarray(0, 32);
    const box = sealUnder(subkey, encodeCounter(KIND.ip), random.bytes(30));
    for (const at of [0, 15, 16, 45]) {
      const damaged = box.map((byte, position) => (position === at ? byte ^ 1 : byte));
      expect(openUnder(subkey, encodeCounter(KIND.ip), damaged)).toBeUndefined();
    }
    expect(openUnder(subkey, encodeCounter(KIND.ip), box.subarray(0, 15))).toBeUndefined();
  });
});
