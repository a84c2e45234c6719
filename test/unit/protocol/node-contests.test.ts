import { describe, expect, it } from "vitest";
import { formatEndpoint } from "../../../src/base/endpoint.js";
import { SECOND } from "../../../src/base/time.js";
import type { NodeContext } from "../../../src/protocol/context.js";
import { Peer } from "../../../src/protocol/peer.js";
import { Roaming } from "../../../src/protocol/roaming.js";
import { currentOf, EVE, moved, respondFrom, SETTLED, tell, tokensOf } from "../../sim/challenges.js";
import { endpoint } from "../../sim/places.js";
import { connectedSites, type TwoSites, twoSites } from "../../sim/two-sites.js";

describe("a decision", () => {
  /** A contest between A's address and Eve's under way at B, after some time in use, with the tokens of both challenges. */
  function contest(age: number, body: (sites: TwoSites & { eves: bigint; own: bigint }) => void): void {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      world.drop(world.match("PROBE"));
      world.run(age);
      const tokens = moved(world, b, EVE);
      expect(tokens.size).toBe(2);
      body({ ...sites, eves: tokens.get(formatEndpoint(EVE)) ?? 0n, own: tokens.get(formatEndpoint(a.address)) ?? 0n });
    });
  }

  it.each([
    ["nobody answered", [], SETTLED, "a"],
    ["only the active address answered", ["a"], SETTLED, "a"],
    ["only the candidate answered", ["eve"], SETTLED, "eve"],
    ["both answered, the candidate first", ["eve", "a"], SETTLED, "a"],
    ["both answered, the active address first", ["a", "eve"], SETTLED, "a"],
    ["both answered early, the candidate first", ["eve", "a"], SECOND, "eve"],
    ["both answered early, the active address first", ["a", "eve"], SECOND, "a"],
    ["both answered early, at the same time", ["eve", "at once", "a"], SECOND, "a"],
    // The decision falls 0.3 s after that age.
    ["both answered in the last moment to contest it", ["eve", "a"], 29_699, "eve"],
    ["both answered a moment later", ["eve", "a"], 29_700, "a"],
  ] as const)("when %s", (_, answers, age, winner) => {
    contest(age, ({ world, a, b, eves, own }) => {
      const opened = world.now;
      for (const who of answers) {
        if (who === "at once") world.now -= 10;
        else if (who === "eve") respondFrom(b, EVE, eves);
        else respondFrom(b, a.address, own);
        world.run(who === "at once" ? 0 : 10);
      }
      world.runUntil(opened + 199);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
      world.runUntil(opened + 200);
      expect(b.endpointOf("a")).toBe(formatEndpoint(winner === "eve" ? EVE : a.address));
      expect(b.node.drops().get("unsolicited")).toBeUndefined();
    });
  });

  it.each([
    ["the candidate's token from the active address", "eves", "a"],
    ["the candidate's token from elsewhere", "eves", "else"],
    ["an unknown token from the candidate", "unknown", "eve"],
  ] as const)("is not for %s", (_, token, from) => {
    contest(SETTLED, ({ world, a, b, eves, own }) => {
      const source = { a: a.address, eve: EVE, else: endpoint("203.0.113.67:1") }[from];
      respondFrom(b, source, { eves, own, unknown: 5n }[token]);
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
      expect(b.node.drops().get("unsolicited")).toBe(1);
    });
  });

  it("knows of the active address's answer by a copy of it that was quicker", () => {
    contest(SETTLED, ({ world, a, b, eves, own }) => {
      respondFrom(b, EVE, eves);
      respondFrom(b, EVE, own);
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
      expect(b.node.drops().get("unsolicited")).toBeUndefined();
    });
  });

  it("holds the loser down for 10 s", () => {
    contest(SETTLED, ({ world, a, b, own }) => {
      respondFrom(b, a.address, own);
      world.run(0.2 * SECOND);
      expect(moved(world, b, EVE).size).toBe(0);
      world.run(9.9 * SECOND);
      expect(moved(world, b, EVE).size).toBe(0);
      world.run(0.1 * SECOND);
      expect(moved(world, b, EVE).size).toBe(2);
    });
  });

  it("holds every loser down, whoever loses after it", () => {
    contest(SETTLED, ({ world, a, b, own }) => {
      respondFrom(b, a.address, own);
      world.run(5 * SECOND);
      expect(moved(world, b, endpoint("203.0.113.67:1")).size).toBe(2);
      world.run(5 * SECOND);
      expect(moved(world, b, EVE).size).toBe(0);
    });
  });

  it("forgets whom it held down", () => {
    const settings = { id: 0, publicKey: new Uint8Array(32), presharedKey: new Uint8Array(32), persistentKeepalive: 0 };
    const peer = new Peer({ ...settings, endpoint: undefined });
    const roaming = new Roaming({ emit: () => undefined, random: (length: number) => new Uint8Array(length) } as unknown as NodeContext);
    peer.moveTo(EVE, 0);
    for (let i = 1; i < 30; i++) {
      const candidate = endpoint(`203.0.113.${i}:1`);
      peer.contest = {
        candidate,
        startedAt: i * SECOND,
        candidateToken: 1n,
        activeToken: 2n,
        saidMoved: false,
        overdue: false,
        candidateAnsweredAt: undefined,
        activeAnsweredAt: i * SECOND,
      };
      roaming.decide(peer, { boot: i * SECOND, real: 0 });
    }
    expect(peer.heldDown.size).toBe(10);
  });

  it("holds an address down that was left for another", () => {
    contest(SETTLED, ({ world, a, b, eves }) => {
      respondFrom(b, EVE, eves);
      world.run(SECOND);
      expect(moved(world, b, a.address).size).toBe(0);
      world.run(10.1 * SECOND);
      expect(moved(world, b, a.address).size).toBe(2);
    });
  });

  it("forgets the round trip of the address that was left, and knows that of the new one by its challenge", () => {
    twoSites({}, ({ world, a, b }) => {
      a.transmit("b");
      world.run(SETTLED);
      expect(a.link("b").roundTrip).toBe(20);
      world.moveAddress(b);
      world.link = { ...world.link, latency: 35 };
      b.transmit("a");
      world.run(SECOND);
      expect(a.link("b").roundTrip).toBe(70);
    });
  });

  it("is one at a time: another candidate waits", () => {
    contest(SETTLED, ({ world, b }) => {
      expect(moved(world, b, endpoint("203.0.113.67:1")).size).toBe(0);
    });
  });

  it("is called off when an answered INIT tells where the peer is", () => {
    connectedSites({}, ({ world, a, b }) => {
      const home = b.address;
      world.run(SETTLED);
      world.moveAddress(b);
      b.transmit("a");
      world.run(SECOND);
      world.moveAddress(b, home);
      a.input({ type: "rekey", index: currentOf(a) });
      world.until(() => world.sentBy(a, "INIT").at(-1)?.to.port === home.port);
      respondFrom(a, EVE, moved(world, a, EVE).get(formatEndpoint(EVE)));
      world.run(SECOND);
      expect(a.endpointOf("b")).toBe(formatEndpoint(home));
    });
  });
});

describe("an address is no candidate", () => {
  it("when it is the active one", () => {
    connectedSites({}, ({ world, a, b }) => {
      expect(moved(world, b, a.address).size).toBe(0);
    });
  });

  it("without a session", () => {
    connectedSites({}, ({ world, b }) => {
      world.now += 200 * SECOND;
      expect(moved(world, b, EVE).size).toBe(0);
    });
  });

  it("by packets of a session that was renewed", () => {
    connectedSites({}, ({ world, a, b }) => {
      const older = currentOf(b);
      world.run(125 * SECOND);
      a.transmit("b");
      world.run(SECOND);
      expect(currentOf(b)).not.toBe(older);
      expect(tell(world, b, { type: "moved", index: older, source: EVE })).toEqual([]);
      expect(moved(world, b, EVE).size).toBe(2);
    });
  });

  it("by packets of a session that the same side made just before", () => {
    connectedSites({}, ({ world, a, b }) => {
      const older = currentOf(b);
      a.input({ type: "rekey", index: currentOf(a) });
      world.run(SECOND);
      expect(currentOf(b)).not.toBe(older);
      expect(tell(world, b, { type: "moved", index: older, source: EVE })).toEqual([]);
    });
  });

  it("by packets of a session that the other side made long before", () => {
    connectedSites({}, ({ world, a, b }) => {
      const older = currentOf(b);
      world.run(16 * SECOND);
      b.input({ type: "rekey", index: older });
      world.run(SECOND);
      expect(currentOf(b)).not.toBe(older);
      expect(tell(world, b, { type: "moved", index: older, source: EVE })).toEqual([]);
      expect(a.link("b").state).toBe("established");
    });
  });

  it("but by packets of the twin of a session", () => {
    twoSites({}, ({ world, a, b }) => {
      a.transmit("b");
      b.transmit("a");
      world.run(SECOND);
      const twin = [...b.plane.sessions.keys()].find((index) => index !== currentOf(b)) ?? 0;
      expect(tokensOf(tell(world, b, { type: "moved", index: twin, source: EVE })).size).toBe(2);
    });
  });
});
