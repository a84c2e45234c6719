import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../../../src/base/time.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

const START = 1_000_000;

/** Sends a packet every so often. @returns the numbers of the packets, filled as they go out */
function traffic(world: World, from: Site, to: Site, every: number, duration: number): number[] {
  const packets: number[] = [];
  for (let after = 0; after < duration; after += every) world.at(world.now + after, () => packets.push(from.transmit(to.name)));
  return packets;
}

function initTimes(world: World, site: Site): number[] {
  return world.sentBy(site, "INIT").map(({ at }) => (at - START) / SECOND);
}

describe("a session under traffic", () => {
  it("is renewed without losing a packet, for ten minutes", () => {
    twoSites({}, ({ world, a, b }) => {
      const there = traffic(world, a, b, 250, 10 * MINUTE);
      const back = traffic(world, b, a, 330, 10 * MINUTE);
      world.run(10 * MINUTE + SECOND);
      expect(b.delivered.map(({ id }) => id)).toEqual(there);
      expect(a.delivered.map(({ id }) => id)).toEqual(back);
      expect(initTimes(world, a).length + initTimes(world, b).length).toBeLessThanOrEqual(7);
      expect([...a.plane.drops.keys(), ...b.plane.drops.keys()]).toEqual([]);
    });
  });

  it("is renewed by the side that initiated, at 108–120 s", () => {
    connectedSites({}, ({ world, a, b }) => {
      traffic(world, a, b, 100, 130 * SECOND);
      traffic(world, b, a, 100, 130 * SECOND);
      world.run(125 * SECOND);
      expect(initTimes(world, b)).toEqual([]);
      expect(initTimes(world, a)).toEqual([0, expect.toSatisfy((time: number) => time >= 108 && time <= 121)]);
      expect(a.notices.map(({ notice }) => notice)).toEqual(["handshake-started", "established", "handshake-started", "rekeyed"]);
    });
  });

  it("is renewed by the other side at 150–160 s, when that alone sends", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("INIT", a));
      traffic(world, b, a, SECOND, 165 * SECOND);
      world.run(165 * SECOND);
      const renewed = initTimes(world, b).filter((time) => time > 100);
      expect(renewed).toEqual([expect.toSatisfy((time: number) => time >= 150 && time <= 161.5)]);
    });
  });

  it.each([
    ["empty packets", "EMPTY", {}, 180 * SECOND],
    ["PONGs", "PROBE", { persistentKeepalive: 12 * SECOND }, 0],
  ] as const)("is not renewed by the other side for %s alone", (_, label, a, talking) => {
    connectedSites({ a }, ({ world, a, b }) => {
      world.drop(world.match("INIT", a));
      traffic(world, a, b, SECOND, talking);
      world.runUntil(START + 180 * SECOND);
      const last = world.sentBy(b).at(-1);
      expect([last?.label, (last?.at ?? 0) >= START + 165 * SECOND]).toEqual([label, true]);
      expect(world.sentBy(b, "DATA")).toEqual([]);
      expect(initTimes(world, b)).toEqual([]);
      expect([a, b].map(({ plane }) => plane.sessions.get(plane.currentOf(0) ?? 0)?.install.rekeyOnData)).toEqual([false, true]);
    });
  });

  it("is renewed by the other side for a single packet past its time", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("INIT", a));
      world.runUntil(START + 165 * SECOND);
      const sent = world.now;
      b.transmit("a");
      expect(initTimes(world, b)).toEqual([]);
      world.run(1);
      expect(initTimes(world, b)).toEqual([(sent - START) / SECOND]);
    });
  });

  it("is renewed on sending a keepalive too", () => {
    connectedSites({}, ({ world, a, b }) => {
      traffic(world, b, a, SECOND, 140 * SECOND);
      world.run(140 * SECOND);
      expect(initTimes(world, a)).toEqual([0, expect.toSatisfy((time: number) => time >= 108 && time <= 131)]);
      expect(world.sentBy(a, "DATA")).toHaveLength(1);
    });
  });

  it("goes on under the older one until the new one is confirmed, and is received under both", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(125 * SECOND);
      world.delay(world.match("DATA", b), 2 * SECOND, 1);
      const late = b.transmit("a");
      a.transmit("b");
      world.run(100);
      expect(b.plane.sessions.size).toBe(2);
      world.run(2 * SECOND);
      expect(a.has(late)).toBe(true);
      expect(a.plane.drops.size).toBe(0);
    });
  });

  it("keeps three older ones at most", () => {
    connectedSites({}, ({ world, a, b }) => {
      for (let i = 0; i < 5; i++) {
        b.restart();
        world.run(10 * SECOND);
        b.transmit("a");
        world.run(10 * SECOND);
      }
      expect(initTimes(world, b)).toHaveLength(5);
      expect(a.plane.sessions.size).toBe(4);
      expect([...a.plane.sessions.keys()].at(-1)).toBe(a.plane.currentOf(0));
    });
  });
});

describe("a rekey event", () => {
  it("counts for the session in use alone", () => {
    connectedSites({}, ({ world, a, b }) => {
      const [older = 0] = a.plane.sessions.keys();
      world.run(125 * SECOND);
      a.transmit("b");
      world.run(SECOND);
      expect(initTimes(world, a)).toHaveLength(2);
      a.input({ type: "rekey", index: older });
      expect(initTimes(world, a)).toHaveLength(2);
      a.input({ type: "rekey", index: a.plane.currentOf(0) ?? 0 });
      expect(initTimes(world, a)).toHaveLength(3);
      world.run(SECOND);
      expect(b.link("a").state).toBe("established");
    });
  });

  it("of an unknown session is nothing", () => {
    twoSites({}, ({ a }) => {
      a.input({ type: "rekey", index: 7 });
      a.input({ type: "first-received", index: 7, source: a.address });
      a.input({ type: "opened", index: 7, kind: 0xe0, plaintext: new Uint8Array(16), source: a.address });
      expect(a.node.nextDeadline()).toBeUndefined();
    });
  });
});

describe("an idle session", () => {
  it("ends after 180 s on both sides, and says so", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.runUntil(START + 10 + 180 * SECOND - 1);
      expect([a.link("b").state, b.link("a").state]).toEqual(["established", "established"]);
      expect([a.plane.sessions.size, b.plane.sessions.size]).toEqual([1, 1]);
      world.run(11);
      expect([a.link("b").state, b.link("a").state]).toEqual(["idle", "idle"]);
      expect([a.plane.sessions.size, b.plane.sessions.size]).toEqual([0, 0]);
      expect(a.notices.at(-1)?.notice).toBe("session-expired");
    });
  });

  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("is followed by another when %s has traffic", (from, to) => {
    connectedSites({}, ({ world }) => {
      world.run(200 * SECOND);
      const packet = world.site(from).transmit(to);
      expect(world.until(() => world.site(to).has(packet))).toBe(30);
      expect(world.site(from).notices.at(-1)?.notice).toBe("established");
    });
  });

  it("costs next to nothing: 180 s need few looks at the clock", () => {
    connectedSites({}, ({ world, a, b }) => {
      const before = a.wakes + b.wakes;
      world.run(150 * SECOND);
      expect(a.wakes + b.wakes - before).toBeLessThan(12);
    });
  });

  it("leaves nothing to wake up for", () => {
    connectedSites({}, ({ world, a, b }) => {
      for (let i = 0; i < 5; i++) {
        a.transmit("b");
        world.run(4 * MINUTE);
      }
      const before = a.wakes + b.wakes;
      a.transmit("b");
      world.run(4 * MINUTE);
      expect(a.wakes + b.wakes - before).toBeLessThan(20);
      expect([a.node.nextDeadline(), b.node.nextDeadline()]).toEqual([undefined, undefined]);
    });
  });

  it("is over for a node that comes late to its deadline", () => {
    connectedSites({}, ({ world, a }) => {
      world.run(100 * SECOND);
      world.now += 81 * SECOND;
      expect(a.link("b").state).toBe("idle");
      a.input({ type: "no-session", peer: 0 });
      expect(initTimes(world, a)).toHaveLength(2);
    });
  });
});
