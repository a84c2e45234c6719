import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import { KIND } from "../../../src/protocol/wire/kinds.js";
import { PROBE_BYTES } from "../../../src/protocol/wire/probe.js";
import { currentOf, EVE, probe } from "../../sim/challenges.js";
import { connectedSites } from "../../sim/two-sites.js";

describe("a probe", () => {
  it.each([
    ["ping", "pong"],
    ["pathChallenge", "pathResponse"],
    ["pmtuProbe", "pmtuAck"],
  ] as const)("%s is answered with %s, to its source, under the session in use", (op, answer) => {
    connectedSites({}, ({ world, b }) => {
      const effects = b.node.handle(
        { type: "opened", index: currentOf(b), kind: KIND.probe, plaintext: probe(op, { token: 77n }), source: EVE },
        { boot: world.now, real: 0 },
      );
      expect(effects).toEqual([{ type: "seal", index: currentOf(b), kind: KIND.probe, plaintext: probe(answer, { token: 77n }), to: EVE }]);
    });
  });

  it("that came under an older session is answered under the one in use", () => {
    connectedSites({}, ({ world, a, b }) => {
      const [older = 0] = b.plane.sessions.keys();
      world.run(125 * SECOND);
      a.transmit("b");
      world.run(SECOND);
      const input = { type: "opened", index: older, kind: KIND.probe, plaintext: probe("ping"), source: a.address } as const;
      expect(b.node.handle(input, { boot: world.now, real: 0 })).toMatchObject([{ type: "seal", index: currentOf(b) }]);
      expect(currentOf(b)).not.toBe(older);
    });
  });

  it("is not answered once no session may send", () => {
    connectedSites({}, ({ world, a, b }) => {
      const input = { type: "opened", index: currentOf(b), kind: KIND.probe, plaintext: probe("ping"), source: a.address } as const;
      expect(b.node.handle(input, { boot: world.now + 181 * SECOND, real: 0 })).toEqual([]);
    });
  });

  it("is answered 50 times a second", () => {
    connectedSites({}, ({ world, a, b }) => {
      const input = { type: "opened", index: currentOf(b), kind: KIND.probe, plaintext: probe("ping"), source: a.address } as const;
      const answers = (boot: number) => Array.from({ length: 80 }, () => b.node.handle(input, { boot, real: 0 })).flat().length;
      expect(answers(world.now)).toBe(50);
      expect(b.node.drops().get("rate")).toBe(30);
      expect(answers(world.now + SECOND / 2)).toBe(25);
    });
  });

  it.each([
    ["of an unknown op", new Uint8Array(PROBE_BYTES).fill(9, 0, 1), "malformed"],
    ["that is too short", new Uint8Array(3), "length"],
    ["that acknowledges what nobody asked", probe("pmtuAck"), "unsolicited"],
    ["that responds to no challenge", probe("pathResponse"), "unsolicited"],
  ] as const)("%s is dropped", (_, plaintext, reason) => {
    connectedSites({}, ({ world, a, b }) => {
      const input = { type: "opened", index: currentOf(b), kind: KIND.probe, plaintext, source: a.address } as const;
      expect(b.node.handle(input, { boot: world.now, real: 0 })).toEqual([]);
      expect(b.node.drops().get(reason)).toBe(1);
    });
  });
});
