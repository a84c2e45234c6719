import { describe, expect, it } from "vitest";
import { type Endpoint, formatEndpoint } from "../../../src/base/endpoint.js";
import { SECOND } from "../../../src/base/time.js";
import type { Effect, Input } from "../../../src/protocol/effects.js";
import { KIND } from "../../../src/protocol/kinds.js";
import { encodeProbe, PROBE_BYTES, type ProbeOp } from "../../../src/protocol/probe.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, type TwoSites, talk, twoSites } from "../../sim/two-sites.js";
import { endpoint, type World } from "../../sim/world.js";

const EVE = endpoint("203.0.113.66:666");
/** Past the time in which an endpoint's own adoption may be contested. */
const SETTLED = 31 * SECOND;

function probe(op: ProbeOp, { moved = false, token = 1n } = {}): Uint8Array {
  return encodeProbe({ op, moved, arg: 0, sequence: 0, token });
}

function currentOf(site: Site): number {
  return site.plane.currentOf(0) ?? 0;
}

/** Someone on the path who delivers a copy of each of A's datagrams before the datagram itself, as if it were his. */
function copyAll({ world, a, b }: TwoSites): void {
  world.tap(({ from, bytes }) => {
    if (from === a.address) world.inject(bytes, EVE, b.address, 5);
  });
}

/** What a site is to answer, by the address that it challenges for it. */
function tokensOf(effects: readonly Effect[]): Map<string, bigint> {
  const tokens = new Map<string, bigint>();
  for (const effect of effects) {
    if (effect.type !== "seal" || effect.to === undefined || effect.plaintext[0] !== 3) continue;
    tokens.set(formatEndpoint(effect.to), new DataView(effect.plaintext.buffer).getBigUint64(8, true));
  }
  return tokens;
}

/** Passes something to a site's node. @returns the effects, which were carried out */
function tell({ now }: World, site: Site, input: Input): Effect[] {
  const effects = site.node.handle(input, { boot: now, real: 0 });
  site.carryOut(effects);
  return effects;
}

/** The newest packet of a site's peer came from `source`. @returns the tokens of the challenges */
function moved(world: World, site: Site, source: Endpoint): Map<string, bigint> {
  return tokensOf(tell(world, site, { type: "moved", index: currentOf(site), source }));
}

function respondFrom(site: Site, source: Endpoint, token: bigint | undefined): void {
  const plaintext = probe("pathResponse", { token: token ?? 0n });
  site.input({ type: "opened", index: currentOf(site), kind: KIND.probe, plaintext, source });
}

function challenges(world: World, from: Site, since: number): string[] {
  return world.sentBy(from, "PROBE").flatMap(({ at, to }) => (at >= since ? [formatEndpoint(to)] : []));
}

describe("a peer whose address changed", () => {
  it.each([
    ["the responder, whose round trip was measured,", "b", "a", 200],
    ["the initiator, of whose round trip nothing is known,", "a", "b", 1000],
  ])("%s is followed within the time of a challenge", (_, moving, staying, time) => {
    connectedSites({}, ({ world }) => {
      world.run(SETTLED);
      const [mover, other] = [world.site(moving), world.site(staying)];
      const address = world.moveAddress(mover);
      mover.transmit(staying);
      expect(world.until(() => other.endpointOf(moving) === formatEndpoint(address))).toBe(10 + time);
      const packet = other.transmit(moving);
      world.run(SECOND);
      expect(mover.has(packet)).toBe(true);
      expect(other.notices.at(-1)?.notice).toBe("moved");
      expect(world.sentBy(other, "INIT").length + world.sentBy(mover, "INIT").length).toBe(1);
    });
  });

  it("is followed on a long path of which nothing is known", () => {
    connectedSites({ link: { latency: 300 } }, ({ world, a, b }) => {
      world.run(SETTLED);
      const address = world.moveAddress(a);
      a.transmit("b");
      world.run(2 * SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(address));
    });
  });

  it("is followed after two round trips where those are longer", () => {
    connectedSites({ link: { latency: 150 } }, ({ world, a, b }) => {
      world.run(SETTLED);
      expect(a.link("b").roundTrip).toBe(300);
      const address = world.moveAddress(b);
      b.transmit("a");
      expect(world.until(() => a.endpointOf("b") === formatEndpoint(address))).toBe(150 + 600);
    });
  });

  it.each(["before", "after"])("is believed although the old address answers, when the event comes %s its word that it moved", (order) => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("PROBE"));
      world.run(SETTLED);
      const address = endpoint("198.51.100.9:9");
      const index = currentOf(b);
      const inputs: Input[] = [
        { type: "moved", index, source: address },
        { type: "opened", index, kind: KIND.probe, plaintext: probe("pathChallenge", { moved: true }), source: address },
      ];
      const tokens = tokensOf((order === "before" ? inputs : inputs.reverse()).flatMap((input) => tell(world, b, input)));
      respondFrom(b, a.address, tokens.get(formatEndpoint(a.address)));
      world.run(10);
      respondFrom(b, address, tokens.get(formatEndpoint(address)));
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(address));
      expect(b.node.drops().size).toBe(0);
    });
  });

  it("is not believed for the word of another address", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("PROBE"));
      world.run(SETTLED);
      const tokens = moved(world, b, EVE);
      const plaintext = probe("pathChallenge", { moved: true });
      tell(world, b, { type: "opened", index: currentOf(b), kind: KIND.probe, plaintext, source: endpoint("198.51.100.9:9") });
      respondFrom(b, EVE, tokens.get(formatEndpoint(EVE)));
      respondFrom(b, a.address, tokens.get(formatEndpoint(a.address)));
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
    });
  });
});

describe("one who copies packets", () => {
  it("does not win while the true address answers, however quick his copies are", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      copyAll(sites);
      for (let i = 0; i < 120; i++) world.at(world.now + i * SECOND, () => a.transmit("b"));
      world.run(120 * SECOND);
      expect(b.plane.drops.get("replay")).toBeGreaterThan(100);
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
      const packet = b.transmit("a");
      world.run(SECOND);
      expect(a.has(packet)).toBe(true);
    });
  });

  it("draws challenges at most once in 10 s", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      copyAll(sites);
      const start = world.now;
      for (let i = 0; i < 250; i++) world.at(start + i * 100, () => a.transmit("b"));
      world.run(25 * SECOND);
      expect(challenges(world, b, start).filter((to) => to === formatEndpoint(EVE))).toHaveLength(3);
    });
  });
});

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
  ] as const)("when %s", (_, answers, age, winner) => {
    contest(age, ({ world, a, b, eves, own }) => {
      for (const who of answers) {
        if (who === "eve") respondFrom(b, EVE, eves);
        else respondFrom(b, a.address, own);
        world.run(10);
      }
      world.run(900);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
      world.run(200);
      expect(b.endpointOf("a")).toBe(formatEndpoint(winner === "eve" ? EVE : a.address));
      expect(b.node.drops().get("unsolicited")).toBeUndefined();
    });
  });

  it.each([
    ["the candidate's token from the active address", "eves", "a"],
    ["the active address's token from the candidate", "own", "eve"],
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

  it("holds the loser down for 10 s", () => {
    contest(SETTLED, ({ world, b }) => {
      world.run(SECOND);
      expect(moved(world, b, EVE).size).toBe(0);
      world.run(9.9 * SECOND);
      expect(moved(world, b, EVE).size).toBe(0);
      world.run(0.2 * SECOND);
      expect(moved(world, b, EVE).size).toBe(2);
    });
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

  it("forgets the round trip of the address that was left", () => {
    twoSites({}, ({ world, a, b }) => {
      a.transmit("b");
      world.run(SETTLED);
      expect(a.link("b").roundTrip).toBe(20);
      world.moveAddress(b);
      b.transmit("a");
      world.run(SECOND);
      expect(a.link("b").roundTrip).toBeUndefined();
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

describe("a peer without a configured endpoint", () => {
  it("is where the DATA came from that confirmed its session, and is challenged there", () => {
    twoSites({ b: { endpoint: "none" } }, ({ world, a, b }) => {
      expect(b.endpointOf("a")).toBeUndefined();
      a.transmit("b");
      world.run(25);
      expect(b.endpointOf("a")).toBeUndefined();
      world.run(5);
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
      expect(world.sentBy(b).map(({ label }) => label)).toEqual(["RESP", "EMPTY", "PROBE"]);
      world.run(SECOND);
      expect(b.node.drops().size).toBe(0);
      expect(world.sentBy(a, "PROBE")).toHaveLength(1);
    });
  });

  it("is not where an INIT came from", () => {
    twoSites({ b: { endpoint: "none" } }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(1);
      const [init] = world.sentBy(a, "INIT");
      world.inject(init?.bytes ?? new Uint8Array(), EVE, b.address);
      world.run(SECOND);
      expect(world.sentBy(b, "RESP").map(({ to }) => formatEndpoint(to))).toEqual([formatEndpoint(EVE), "192.0.2.1:51820"]);
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
    });
  });

  it("stays where it is when a later session is confirmed from elsewhere, until that address won", () => {
    twoSites({ b: { endpoint: "none" } }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(SETTLED);
      const address = world.moveAddress(a);
      a.restart();
      a.transmit("b");
      world.until(() => b.notices.filter(({ notice }) => notice === "rekeyed").length === 1);
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(address));
    });
  });

  it("keeps being contested for 30 s from its adoption, not from a rekey", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      talk(sites, 125);
      world.run(124 * SECOND);
      expect(world.sentBy(a, "INIT")).toHaveLength(2);
      world.drop(world.match("PROBE"));
      const tokens = moved(world, a, EVE);
      respondFrom(a, EVE, tokens.get(formatEndpoint(EVE)));
      world.run(10);
      respondFrom(a, b.address, tokens.get(formatEndpoint(b.address)));
      world.run(SECOND);
      expect(a.node.drops().size).toBe(0);
      expect(a.endpointOf("b")).toBe(formatEndpoint(b.address));
    });
  });
});

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
    ["of an unknown op", new Uint8Array(PROBE_BYTES).fill(9, 0, 1), KIND.probe, "malformed"],
    ["that is too short", new Uint8Array(3), KIND.probe, "length"],
    ["that acknowledges what nobody asked", probe("pmtuAck"), KIND.probe, "unsolicited"],
    ["that responds to no challenge", probe("pathResponse"), KIND.probe, "unsolicited"],
    ["of another kind", new Uint8Array(3), KIND.control, "control"],
  ] as const)("%s is dropped", (_, plaintext, kind, reason) => {
    connectedSites({}, ({ world, a, b }) => {
      const input = { type: "opened", index: currentOf(b), kind, plaintext, source: a.address } as const;
      expect(b.node.handle(input, { boot: world.now, real: 0 })).toEqual([]);
      expect(b.node.drops().get(reason)).toBe(1);
    });
  });
});
