import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import { bareNode } from "../../sim/bare-node.js";
import { identityOf } from "../../sim/places.js";

const [b, c] = [identityOf("b").publicKey, identityOf("c").publicKey];

describe("the peers of a node", () => {
  it("are watched from the start", () => {
    const node = bareNode([
      { id: 0, publicKey: b },
      { id: 5, publicKey: c },
    ]);
    expect(node.start({ boot: 1, real: 1 })).toEqual([
      { type: "watch", peer: 0 },
      { type: "watch", peer: 5 },
    ]);
  });

  it("are not called when their key makes a zero DH", () => {
    const node = bareNode([{ id: 0, publicKey: new Uint8Array(32), endpoint: { host: "192.0.2.1", port: 1 } }]);
    const effects = node.handle({ type: "no-session", peer: 0 }, { boot: 1000, real: 0 });
    expect(effects).toEqual([{ type: "notice", peer: 0, notice: "handshake-started" }]);
    expect(node.drops().get("dh")).toBe(1);
  });

  it.each([
    ["an INIT that nobody answers", b],
    ["an INIT that cannot be made", new Uint8Array(32)],
  ])("take no index for ever for %s", (_, publicKey) => {
    let draws = 0;
    const fewIndices = (length: number) => {
      if (draws++ > 1000) throw new Error("no index is free");
      return new Uint8Array(length).fill(draws % 4);
    };
    const endpoint = { host: "192.0.2.1", port: 1 };
    const node = bareNode([{ id: 0, publicKey, endpoint }], fewIndices);
    for (let i = 1; i < 20; i++) {
      const now = { boot: i * 200 * SECOND, real: 0 };
      node.handleDeadline(now);
      node.handle(
        { type: "unknown-index", source: { address: { family: 4, bytes: Uint8Array.of(192, 0, 2, 1) }, port: 1, scope: 0 } },
        now,
      );
    }
    expect(draws).toBeGreaterThan(19);
  });

  it.each([
    ["ids", [0, 0], [b, c]],
    ["keys", [0, 1], [b, b]],
  ] as const)("have %s of their own", (_, [one, other], [key, otherKey]) => {
    const make = () =>
      bareNode([
        { id: one, publicKey: key },
        { id: other, publicKey: otherKey },
      ]);
    expect(make).toThrow("two peers with one id or key");
  });
});
