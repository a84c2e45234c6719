import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../../../src/base/time.js";
import type { Site } from "../../sim/site.js";
import type { Label } from "../../sim/transit.js";
import { connectedSites, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

const JITTER = 334;

/** When a site sent messages of a label, in ms since a time. */
function sent(world: World, site: Site, label: Label, since: number): number[] {
  return world.sentBy(site, label).flatMap(({ at }) => (at >= since ? [at - since] : []));
}

describe("data that is not answered by data", () => {
  it("is answered by an empty packet 10 s after it came", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(30 * SECOND);
      const start = world.now;
      a.transmit("b");
      world.run(60 * SECOND);
      expect(sent(world, b, "EMPTY", start)).toEqual([10 + 10 * SECOND]);
      expect(sent(world, a, "INIT", start)).toEqual([]);
    });
  });

  it("gets one empty packet for a burst, and none for an empty packet", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(30 * SECOND);
      const start = world.now;
      for (let i = 0; i < 9; i++) world.at(start + i * SECOND, () => a.transmit("b"));
      world.run(60 * SECOND);
      expect(sent(world, b, "EMPTY", start)).toEqual([10 + 10 * SECOND]);
      expect(sent(world, a, "EMPTY", start)).toEqual([]);
    });
  });

  it("gets none when something was sent meanwhile", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(30 * SECOND);
      const start = world.now;
      a.transmit("b");
      world.at(start + 9 * SECOND, () => b.transmit("a"));
      world.run(60 * SECOND);
      expect(sent(world, b, "EMPTY", start)).toEqual([]);
      expect(sent(world, a, "EMPTY", start)).toEqual([19 * SECOND + 10]);
    });
  });

  it("is looked at again when the packet is due, and watched for anew only then", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(30 * SECOND);
      const start = world.now;
      a.transmit("b");
      world.at(start + SECOND, () => b.transmit("a"));
      world.at(start + 9 * SECOND, () => a.transmit("b"));
      world.run(9.5 * SECOND);
      const look = (seconds: number) => b.node.handleDeadline({ boot: start + seconds * SECOND + 10, real: 0 }).map(({ type }) => type);
      expect(look(10)).toEqual([]);
      expect(look(19)).toEqual(["seal", "watch"]);
    });
  });

  it("gets one in each 10 s while it lasts", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(30 * SECOND);
      const start = world.now;
      for (let i = 0; i < 60; i++) world.at(start + i * SECOND, () => a.transmit("b"));
      world.run(60 * SECOND);
      const keepalives = sent(world, b, "EMPTY", start);
      expect(keepalives.length).toBeGreaterThanOrEqual(5);
      expect(keepalives.every((time, i) => time - (keepalives[i - 1] ?? 0) >= 10 * SECOND)).toBe(true);
    });
  });

  it("gets none under a session that is over", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.runUntil(1_000_000 + 175 * SECOND);
      world.drop(world.match("INIT"));
      const start = world.now;
      a.transmit("b");
      world.run(30 * SECOND);
      expect(sent(world, b, "EMPTY", start)).toEqual([]);
    });
  });
});

describe("silence", () => {
  it("after sending data is answered with a handshake 15 s later", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(30 * SECOND);
      const start = world.now;
      world.partition(a, b);
      for (let i = 0; i < 20; i++) world.at(start + i * SECOND, () => a.transmit("b"));
      world.run(18 * SECOND);
      const [first = 0, ...more] = sent(world, a, "INIT", start);
      expect(first).toBeGreaterThanOrEqual(15 * SECOND);
      expect(first).toBeLessThan(15 * SECOND + JITTER);
      expect(more).toEqual([]);
    });
  });

  it("is jittered", () => {
    const times = [1, 2, 3].map((seed) => {
      let time = 0;
      connectedSites({ seed }, ({ world, a, b }) => {
        const start = world.now;
        world.partition(a, b);
        a.transmit("b");
        world.run(18 * SECOND);
        [time = 0] = sent(world, a, "INIT", start);
      });
      return time;
    });
    expect(new Set(times).size).toBe(3);
  });

  it("counts from the first packet that was not answered", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(30 * SECOND);
      const start = world.now;
      a.transmit("b");
      world.at(start + 8 * SECOND, () => b.transmit("a"));
      world.at(start + 9 * SECOND, () => world.partition(a, b));
      world.at(start + 9 * SECOND, () => a.transmit("b"));
      world.run(40 * SECOND);
      const [first = 0] = sent(world, a, "INIT", start);
      expect(first).toBeGreaterThanOrEqual(24 * SECOND);
      expect(first).toBeLessThan(24 * SECOND + JITTER);
    });
  });

  it("is broken by anything authentic", () => {
    connectedSites({}, ({ world, a }) => {
      world.run(30 * SECOND);
      const start = world.now;
      for (let i = 0; i < 70; i++) world.at(start + i * SECOND, () => a.transmit("b"));
      world.run(70 * SECOND);
      expect(sent(world, a, "INIT", start)).toEqual([]);
    });
  });

  it("after sending empty packets means nothing", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(30 * SECOND);
      b.transmit("a");
      world.run(20);
      world.partition(a, b);
      const start = world.now;
      world.run(60 * SECOND);
      expect(sent(world, a, "EMPTY", start)).toHaveLength(1);
      expect(sent(world, a, "INIT", start)).toEqual([]);
    });
  });

  it("begins again with new data after a call was given up", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.transmit("b");
      world.until(() => a.notices.at(-1)?.notice === "gave-up", 3 * MINUTE);
      const start = world.now;
      a.transmit("b");
      world.run(20 * SECOND);
      expect(sent(world, a, "INIT", start).length).toBeGreaterThan(0);
    });
  });
});

describe("a persistent keepalive", () => {
  const kept = { a: { persistentKeepalive: 25 * SECOND } };

  it("is a PING, whose PONG tells the round trip", () => {
    twoSites({ ...kept, link: { latency: 40 } }, ({ world, a, b }) => {
      world.run(SECOND);
      world.link = { ...world.link, latency: 7 };
      world.run(60 * SECOND);
      // The answers to the peer's PING and to its challenge of our address came first.
      expect(sent(world, a, "PROBE", 1_000_160)).toEqual([0, 0, 25 * SECOND, 50 * SECOND]);
      expect(sent(world, b, "PROBE", 1_000_160)).toEqual([25 * SECOND + 7, 50 * SECOND + 7]);
      expect(a.link("b").roundTrip).toBe(14);
    });
  });

  it("keeps the session renewed without any traffic", () => {
    twoSites(kept, ({ world, a, b }) => {
      world.run(10 * MINUTE);
      expect([a.link("b").state, b.link("a").state]).toEqual(["established", "established"]);
      expect(a.notices.filter(({ notice }) => notice === "session-expired")).toEqual([]);
    });
  });

  it("is not sent while other things are", () => {
    twoSites(kept, ({ world, a }) => {
      for (let i = 0; i < 8; i++) world.at(1_000_000 + i * 10 * SECOND, () => a.transmit("b"));
      world.runUntil(1_000_000 + 94 * SECOND);
      expect(sent(world, a, "PROBE", 1_000_041)).toEqual([]);
      world.run(2 * SECOND);
      expect(sent(world, a, "PROBE", 1_000_041)).toEqual([95 * SECOND - 41]);
    });
  });

  it("that stays unanswered three times starts a handshake with the fourth", () => {
    twoSites(kept, ({ world, a, b }) => {
      world.run(SECOND);
      world.partition(a, b);
      world.run(99 * SECOND);
      expect(sent(world, a, "INIT", 1_000_001)).toEqual([]);
      world.run(SECOND);
      expect(sent(world, a, "INIT", 1_000_040)).toEqual([100 * SECOND]);
      expect(sent(world, a, "PROBE", 1_000_041)).toHaveLength(4);
    });
  });

  it("counts the PING of the new session among the unanswered", () => {
    twoSites(kept, ({ world, a, b }) => {
      world.drop(world.match("PROBE", b));
      world.runUntil(1_000_020 + 75 * SECOND);
      expect(sent(world, a, "PROBE", 1_000_020)).toEqual([0, 25, 50, 75].map((seconds) => seconds * SECOND));
      expect(sent(world, a, "INIT", 1_000_020)).toEqual([75 * SECOND]);
    });
  });

  it("that is answered once in three times is good enough", () => {
    twoSites(kept, ({ world, a }) => {
      for (let i = 0; i < 3; i++) world.at(1_000_000 + i * 75 * SECOND + SECOND, () => world.drop(world.match("PROBE", a), 2));
      world.run(100 * SECOND);
      expect(sent(world, a, "INIT", 1_000_001)).toEqual([]);
    });
  });

  it("counts anew under a new session", () => {
    twoSites(kept, ({ world, a, b }) => {
      world.drop(world.match("PROBE", b));
      world.run(60 * SECOND);
      b.restart();
      b.transmit("a");
      world.until(() => a.notices.at(-1)?.notice === "rekeyed");
      const renewed = world.now;
      world.run(75 * SECOND);
      expect(sent(world, a, "PROBE", renewed)).toEqual([0, 25, 50, 75].map((seconds) => seconds * SECOND));
      expect(sent(world, a, "INIT", 1_000_001)).toEqual([renewed - 1_000_001 + 75 * SECOND]);
    });
  });

  it("does not take a stranger's or a late PONG for an answer", () => {
    connectedSites({}, ({ world, a, b }) => {
      const pong = Uint8Array.of(2, ...new Array<number>(15).fill(0));
      a.input({ type: "opened", index: a.plane.currentOf(0) ?? 0, kind: 0xe0, plaintext: pong, source: b.address });
      expect(a.node.drops().get("unsolicited")).toBe(1);
      world.run(SECOND);
    });
  });
});
