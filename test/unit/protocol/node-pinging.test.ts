import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import type { Effect } from "../../../src/protocol/effects.js";
import { Peer } from "../../../src/protocol/peer.js";
import { KIND } from "../../../src/protocol/wire/kinds.js";
import { decodeProbe } from "../../../src/protocol/wire/probe.js";
import { currentOf, tell } from "../../sim/challenges.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, type TwoSites, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

const START = 1_000_000;

/** Makes sessions until each site was told of one: A by its RESP, B by its first DATA. @returns what each then wanted done */
function promotions({ world, a, b }: TwoSites): readonly [Effect[], Effect[]] {
  world.drop(world.match("RESP"), 1);
  a.input(currentOf(a) === 0 ? { type: "connect", peer: 0 } : { type: "rekey", index: currentOf(a) });
  world.run(15);
  const response = world.sentBy(b, "RESP").at(-1);
  const index = [...b.plane.sessions.keys()].at(-1) ?? 0;
  const ofA = tell(world, a, { type: "message", datagram: response?.bytes ?? new Uint8Array(), source: b.address });
  const ofB = tell(world, b, { type: "first-received", index, source: a.address });
  return [ofA, ofB];
}

/** The PINGs among effects: after which kind of effect, under which session, and to where. */
function pings(effects: readonly Effect[]): unknown[] {
  return effects.flatMap((effect, at) => {
    const probe = effect.type === "seal" && effect.kind === KIND.probe ? decodeProbe(effect.plaintext) : undefined;
    const isPing = typeof probe === "object" && probe.op === "ping";
    return isPing && effect.type === "seal" ? [{ after: effects[at - 1], index: effect.index, to: effect.to }] : [];
  });
}

function ping(index: number): unknown {
  return { after: { type: "use", index }, index, to: undefined };
}

function roundTrips(world: World, site: Site, other: string, times: readonly number[]): (number | undefined)[] {
  const start = world.now;
  return times.map((time) => {
    world.runUntil(start + time);
    return site.link(other).roundTrip;
  });
}

describe("a session that becomes current", () => {
  it("is followed by one PING to the active endpoint, for both roles, when it is new and when it is renewed", () => {
    twoSites({}, (sites) => {
      const { world, a, b } = sites;
      for (const handshakes of [1, 2]) {
        const [ofA, ofB] = promotions(sites);
        expect(world.sentBy(a, "INIT")).toHaveLength(handshakes);
        expect(pings(ofA)).toEqual([ping(currentOf(a))]);
        expect(pings(ofB)).toEqual([ping(currentOf(b))]);
        world.run(SECOND);
      }
      expect([a.notices.at(-1)?.notice, b.notices.at(-1)?.notice]).toEqual(["rekeyed", "rekeyed"]);
    });
  });

  it("tells both sides the round trip one round trip later", () => {
    for (const site of ["a", "b"]) {
      twoSites({}, ({ world, a }) => {
        a.input({ type: "connect", peer: 0 });
        const promoted = site === "a" ? 20 : 30;
        const times = [promoted, promoted + 19, promoted + 20];
        expect(roundTrips(world, world.site(site), site === "a" ? "b" : "a", times)).toEqual([undefined, undefined, 20]);
      });
    }
  });

  it.each(["a", "b"])("tells both sides the round trip anew after a rekey by %s", (caller) => {
    connectedSites({}, ({ world, a, b }) => {
      expect([a.link("b").roundTrip, b.link("a").roundTrip]).toEqual([20, 20]);
      world.link = { ...world.link, latency: 7 };
      const [calling, called] = caller === "a" ? [a, b] : [b, a];
      calling.input({ type: "rekey", index: currentOf(calling) });
      expect(roundTrips(world, calling, called.name, [14 + 13, 14 + 14])).toEqual([20, 14]);
      expect(called.link(calling.name).roundTrip).toBe(20);
      world.run(7);
      expect(called.link(calling.name).roundTrip).toBe(14);
      expect(a.node.drops().size + b.node.drops().size).toBe(0);
    });
  });
});

describe("the round trip", () => {
  it("is not that of INIT and RESP", () => {
    twoSites({}, ({ world, a, b }) => {
      world.delay(world.match("RESP"), 500, 1);
      a.input({ type: "connect", peer: 0 });
      world.run(SECOND);
      expect([a.link("b").roundTrip, b.link("a").roundTrip]).toEqual([20, 20]);
    });
  });

  it("stays unknown without a PONG", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match("PROBE"));
      a.transmit("b");
      world.run(SECOND);
      expect([a.link("b").state, b.link("a").state]).toEqual(["established", "established"]);
      expect([a.link("b").roundTrip, b.link("a").roundTrip]).toEqual([undefined, undefined]);
    });
  });

  it("is not that of a PING to the address before a move", () => {
    const peer = new Peer({
      id: 0,
      publicKey: new Uint8Array(32),
      presharedKey: new Uint8Array(32),
      endpoint: undefined,
      persistentKeepalive: 0,
    });
    peer.pings = [{ token: 1n, sentAt: 0 }];
    peer.moveTo({ address: { family: 4, bytes: Uint8Array.of(192, 0, 2, 7) }, port: 7, scope: 0 }, 5);
    expect(peer.pings).toEqual([]);
    expect(peer.roundTrip).toBeUndefined();
  });

  it("is not that of a PING under an older session", () => {
    twoSites({}, ({ world, a, b }) => {
      world.delay(world.match("PROBE", b), 3 * SECOND);
      a.input({ type: "connect", peer: 0 });
      world.run(SECOND);
      world.heal();
      world.drop(world.match("PROBE", b));
      a.input({ type: "rekey", index: currentOf(a) });
      world.run(5 * SECOND);
      expect(world.sentBy(a, "INIT").map(({ at }) => at - START)).toEqual([0, SECOND]);
      expect(a.node.drops().get("unsolicited")).toBe(1);
      expect(a.link("b").roundTrip).toBeUndefined();
    });
  });
});
