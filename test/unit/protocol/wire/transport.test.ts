import { expect, test } from "vitest";
import { InvariantViolation } from "../../../../src/base/invariant.js";
import { KIND } from "../../../../src/protocol/wire/kinds.js";
import { openData, sealData } from "../../../../src/protocol/wire/transport.js";
import { flip, seeded, VIEW } from "../handshake/handshake-pair.js";

const { suite } = VIEW;
const keys = { key: seeded("K"), sid: seeded("sid").slice(0, 15) };
const message = { kind: KIND.ip, receiverIndex: 0x0102_0304, counter: 258, plaintext: seeded("packet") };
const datagram = sealData(suite, keys, message);

test("overhead is 32 bytes", () => {
  expect(datagram).toHaveLength(32 + message.plaintext.length);
  expect(openData(suite, keys, datagram)).toEqual(message);
});

test("no byte can be changed unseen but receiver_index, which selects the key", () => {
  const checkedFirst = new Map([
    [0, "type"],
    [2, "reserved"],
    [3, "reserved"],
    [15, "counter"],
  ]);
  for (let offset = 0; offset < datagram.length; offset++) {
    const opened = openData(suite, keys, flip(datagram, offset));
    if (offset >= 4 && offset < 8) expect(opened).toMatchObject({ plaintext: message.plaintext });
    else expect(opened).toBe(checkedFirst.get(offset) ?? "auth");
  }
});

test("another kind, though known, does not open", () => {
  expect(openData(suite, keys, flip(datagram, 1, KIND.probe))).toBe("auth");
});

test("other keys do not open it", () => {
  expect(openData(suite, { ...keys, key: seeded("other K") }, datagram)).toBe("auth");
  expect(openData(suite, { ...keys, sid: flip(keys.sid, 14) }, datagram)).toBe("auth");
});

test("a counter at its limit is never sealed", () => {
  expect(() => sealData(suite, keys, { ...message, counter: 2 ** 52 })).toThrow(InvariantViolation);
});
