import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../../../src/base/time.js";
import { REJECT_AFTER_MESSAGES, REKEY_AFTER_MESSAGES } from "../../../src/protocol/limits.js";
import { currentOf } from "../../sim/challenges.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, type TwoSites, twoSites } from "../../sim/two-sites.js";
import { World } from "../../sim/world.js";

/** Both send the other a packet, so many a second from now on. @returns what was sent, by its receiver */
function talk({ world, a, b }: TwoSites, seconds: number, perSecond: number): { to: Site; id: number }[] {
  const sent: { to: Site; id: number }[] = [];
  for (let i = 0; i < seconds * perSecond; i++) {
    world.at(world.now + (i * SECOND) / perSecond, () => {
      sent.push({ to: b, id: a.transmit("b") }, { to: a, id: b.transmit("a") });
    });
  }
  return sent;
}

const lost = (sent: readonly { to: Site; id: number }[]) => sent.filter(({ to, id }) => !to.has(id)).length;
const inits = (world: World, since: number) => world.transits.filter(({ label, at }) => label === "INIT" && at >= since).length;

describe("a generation that ends", () => {
  it.each([
    ["the initiator", ["a"]],
    ["the responder", ["b"]],
    ["both sides", ["a", "b"]],
  ])("at %s costs no packet, and one handshake of each", (_, names) => {
    connectedSites({}, (sites) => {
      const { world } = sites;
      const sent = talk(sites, 20, 50);
      const start = world.now + SECOND;
      world.at(start, () => {
        for (const name of names) world.site(name).plane.endGeneration();
      });
      world.run(30 * SECOND);
      expect(sent).toHaveLength(2000);
      expect(lost(sent)).toBe(0);
      expect(inits(world, start)).toBe(names.length);
    });
  });

  it("is not taken back by one before it that is told of later", () => {
    connectedSites({}, ({ world, a, b }) => {
      a.plane.generation = 2;
      a.input({ type: "generation", generation: 2 });
      a.input({ type: "generation", generation: 1 });
      const start = world.now;
      const packet = a.transmit("b");
      world.run(5 * SECOND);
      expect(b.has(packet)).toBe(true);
      expect(inits(world, start)).toBe(1);
    });
  });

  it("ends sending under what was held, before the next packet, and no receiving", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("INIT"));
      const before = currentOf(a);
      a.plane.endGeneration();
      const start = world.now;
      a.transmit("b");
      const received = b.transmit("a");
      world.run(5 * SECOND);
      expect(world.sentBy(a).filter(({ at, label }) => at >= start && label !== "INIT")).toEqual([]);
      expect(a.plane.staged).toHaveLength(1);
      expect(a.has(received)).toBe(true);
      expect(a.plane.sessions.has(before)).toBe(true);
      expect(a.link("b").state).toBe("handshaking");
    });
  });

  it("calls those who are idle within ten seconds, not all at once, and shows them as called", () => {
    const names = Array.from({ length: 20 }, (_, i) => `p${i}`);
    const sites = { hub: { peers: Object.fromEntries(names.map((name) => [name, {}])) } };
    const world = new World({ seed: 1, sites: { ...sites, ...Object.fromEntries(names.map((name) => [name, { peers: { hub: {} } }])) } });
    world.play(() => {
      const hub = world.site("hub");
      for (const name of names) hub.transmit(name);
      world.run(SECOND);
      const start = world.now;
      hub.plane.endGeneration();
      world.run(0);
      expect(names.map((name) => hub.link(name).state)).toEqual(names.map(() => "handshaking"));
      world.run(5 * SECOND);
      const half = inits(world, start);
      expect(half).toBeGreaterThan(2);
      expect(half).toBeLessThan(18);
      world.run(5.1 * SECOND);
      expect(inits(world, start)).toBe(20);
      expect(names.map((name) => hub.link(name).state)).toEqual(names.map(() => "established"));
    });
  });

  it("leaves alone whom there is no session with", () => {
    twoSites({}, ({ world, a }) => {
      a.plane.endGeneration();
      world.run(MINUTE);
      expect(world.transits).toEqual([]);
      expect(a.node.nextDeadline()).toBeUndefined();
    });
  });

  it("is not taken for the end of a link", () => {
    connectedSites({}, ({ world, a }) => {
      a.plane.endGeneration();
      world.run(11 * SECOND);
      expect(a.link("b")).toMatchObject({ state: "established", reason: undefined });
      expect(a.troubles).toEqual([]);
    });
  });

  it("forgets handshakes that were begun before, whose ephemeral keys a copy has too, and calls anew at once", () => {
    twoSites({ link: { latency: 200 } }, ({ world, a, b }) => {
      const packet = a.transmit("b");
      world.run(300);
      expect(world.sentBy(b, "RESP")).toHaveLength(1);
      a.plane.endGeneration();
      world.run(50);
      expect(world.sentBy(a, "INIT")).toHaveLength(2);
      world.run(60);
      expect(a.node.drops().get("index")).toBe(1);
      expect(a.link("b").state).toBe("handshaking");
      world.run(SECOND);
      expect(b.has(packet)).toBe(true);
    });
  });

  it("is not waited for when traffic was waiting before we heard of it", () => {
    connectedSites({}, ({ world, a, b }) => {
      a.plane.generation++;
      const packet = a.transmit("b");
      a.input({ type: "no-session", peer: 0 });
      a.input({ type: "generation", generation: a.plane.generation });
      expect(world.until(() => b.has(packet))).toBeLessThan(50);
    });
  });

  it("does not send under a session that is confirmed later, takes what comes under it, and calls", () => {
    twoSites({}, ({ world, a, b }) => {
      const packet = a.transmit("b");
      world.run(15);
      expect(b.plane.sessions.size).toBe(1);
      b.plane.endGeneration();
      world.run(100);
      expect(b.has(packet)).toBe(true);
      expect(world.sentBy(b, "INIT")).toHaveLength(1);
      const back = b.transmit("a");
      const more = a.transmit("b");
      world.run(SECOND);
      expect([a.has(back), b.has(more), b.link("a").state]).toEqual([true, true, "established"]);
    });
  });

  it("says no goodbye under what may not be sent under", () => {
    connectedSites({}, ({ world, a }) => {
      a.plane.endGeneration();
      world.run(0);
      expect(a.node.farewell({ boot: world.now, real: 0 })).toEqual([]);
    });
  });

  it("keeps three sessions at most for receiving, however often it comes", () => {
    connectedSites({}, ({ world, a, b }) => {
      for (let i = 0; i < 6; i++) {
        a.plane.endGeneration();
        a.transmit("b");
        world.run(SECOND);
        expect(a.plane.sessions.size).toBeLessThanOrEqual(4);
        expect(b.plane.sessions.size).toBeLessThanOrEqual(4);
      }
      expect(a.link("b").state).toBe("established");
    });
  });

  it("goes on pinging a peer with a persistent keepalive under the next session", () => {
    twoSites({ a: { persistentKeepalive: 25 * SECOND } }, ({ world, a }) => {
      world.run(SECOND);
      a.plane.endGeneration();
      world.run(11 * SECOND);
      const start = world.now;
      world.run(60 * SECOND);
      expect(world.sentBy(a, "PROBE").filter(({ at }) => at >= start).length).toBeGreaterThanOrEqual(2);
      expect(a.link("b").state).toBe("established");
    });
  });
});

describe("clocks that people set", () => {
  it.each([
    ["1970", 0],
    ["2200", 7_258_118_400_000],
  ])("to %s make no difference to a handshake", (_, real) => {
    twoSites({}, ({ world, a, b }) => {
      const packet = a.transmit("b");
      world.run(SECOND);
      expect(b.has(packet)).toBe(true);
      expect(() => a.node.handle({ type: "rekey", index: currentOf(a) }, { boot: world.now, real })).not.toThrow();
      expect(a.link("b").state).toBe("established");
    });
  });
});

describe("a boot clock that jumps, as after suspend", () => {
  it("ends sessions, and the next packet makes another", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.now += 200 * SECOND;
      const packet = a.transmit("b");
      expect(world.until(() => b.has(packet))).toBe(30);
      expect(a.plane.sessions.size).toBe(1);
    });
  });

  it("does what was due meanwhile once, and no timer stays behind", () => {
    twoSites({ a: { persistentKeepalive: 25 * SECOND } }, ({ world, a, b }) => {
      world.run(SECOND);
      const start = world.now;
      world.now += 200 * SECOND;
      world.run(SECOND);
      expect(world.sentBy(a, "INIT").filter(({ at }) => at > start)).toHaveLength(1);
      expect([a.link("b").state, b.link("a").state]).toEqual(["established", "established"]);
      expect(a.node.nextDeadline()).toBeGreaterThan(world.now);
    });
  });
});

describe("counters at their limits", () => {
  /** Two sites whose sessions begin at that counter. */
  function late(counter: number, body: (sites: TwoSites) => void): void {
    twoSites({}, (sites) => {
      // No other handshake yet: from 2^48 on each packet asks for one.
      sites.world.drop(({ label, at }) => label === "INIT" && at > 1_000_000);
      for (const { plane } of [sites.a, sites.b]) plane.firstCounter = counter;
      sites.a.transmit("b");
      sites.world.run(SECOND);
      body(sites);
    });
  }

  it("renew the session at 2^48 without losing a packet, though its time is not over", () => {
    late(REKEY_AFTER_MESSAGES - 20, (sites) => {
      const { world, a, b } = sites;
      world.heal();
      const start = world.now;
      a.plane.firstCounter = 0;
      b.plane.firstCounter = 0;
      const sent = talk(sites, 10, 20);
      world.run(20 * SECOND);
      expect(lost(sent)).toBe(0);
      const renewed =
        world.sentBy(a, "INIT").filter(({ at }) => at >= start).length + world.sentBy(b, "INIT").filter(({ at }) => at >= start).length;
      expect(renewed).toBeGreaterThanOrEqual(1);
      expect(renewed).toBeLessThanOrEqual(2);
    });
  });

  it("end sending at 2^52: packets wait, and no counter above it is sent or opened", () => {
    late(REJECT_AFTER_MESSAGES - 10, ({ world, a, b }) => {
      const index = currentOf(a);
      const ids = Array.from({ length: 20 }, () => a.transmit("b"));
      world.run(SECOND);
      const arrived = ids.filter((id) => b.has(id)).length;
      expect(arrived).toBeGreaterThan(0);
      expect(arrived).toBeLessThan(10);
      expect(a.plane.staged).toHaveLength(20 - arrived);
      const counters = world.sentBy(a, "DATA").map(({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(8, true));
      expect(counters.every((counter) => counter < BigInt(REJECT_AFTER_MESSAGES))).toBe(true);
      expect(a.plane.sessions.has(index)).toBe(true);
      world.heal();
      a.plane.firstCounter = 0;
      b.plane.firstCounter = 0;
      world.run(6 * SECOND);
      expect(ids.filter((id) => b.has(id))).toHaveLength(20);
      const datagram = world.sentBy(b, "EMPTY")[0]?.bytes.slice() ?? new Uint8Array();
      new DataView(datagram.buffer).setBigUint64(8, BigInt(REJECT_AFTER_MESSAGES), true);
      world.inject(datagram, b.address, a.address);
      world.run(1);
      expect(a.plane.drops.get("counter")).toBe(1);
    });
  });

  it("make a call of a session that the data plane will not use", () => {
    connectedSites({}, ({ world, a }) => {
      const start = world.now;
      a.input({ type: "unusable", index: 7 });
      expect(a.link("b").state).toBe("established");
      a.input({ type: "unusable", index: currentOf(a) });
      expect(a.link("b").state).toBe("handshaking");
      world.run(SECOND);
      expect(a.link("b").state).toBe("established");
      expect(inits(world, start)).toBe(1);
    });
  });
});
