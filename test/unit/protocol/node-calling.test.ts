import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../../../src/base/time.js";
import { endpoint } from "../../sim/places.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, talk, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

const START = 1_000_000;
const JITTER = 334;

/** When a site's INITs went out, in ms since a time. */
function inits(world: World, site: Site, since = START): number[] {
  return world.sentBy(site, "INIT").flatMap(({ at }) => (at >= since ? [at - since] : []));
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}

/** Each gap is its nominal length and up to a third of a second more; those behind the nominal ones are up to a third shorter than the last. */
function expectGaps(times: readonly number[], seconds: readonly number[]): void {
  for (const [i, gap] of gaps(times).entries()) {
    const nominal = (seconds[i] ?? seconds.at(-1) ?? 0) * SECOND;
    expect(gap).toBeGreaterThanOrEqual(i < seconds.length ? nominal : (nominal * 2) / 3);
    expect(gap).toBeLessThan(nominal + JITTER);
  }
}

describe("calling a peer that stays silent", () => {
  it("repeats at 0, 1, 2, 4, 7, 12 s and about every 5 s then, for 90 s", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.transmit("b");
      world.run(5 * MINUTE);
      const times = inits(world, a);
      expect(times[0]).toBe(0);
      expect(times.at(-1)).toBeGreaterThan(80 * SECOND);
      expect(times.at(-1)).toBeLessThan(90 * SECOND);
      expectGaps(times, [1, 1, 2, 3, 5]);
      expect(new Set(gaps(times).map((gap) => gap % SECOND)).size).toBe(times.length - 1);
      const late = gaps(times).slice(5);
      expect(Math.max(...late) - Math.min(...late)).toBeGreaterThan(SECOND);
    });
  });

  it("goes on as planned whatever traffic there is", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      for (let i = 0; i < 40; i++) world.at(START + i * 500, () => a.transmit("b"));
      world.run(20 * SECOND);
      expectGaps(inits(world, a), [1, 1, 2, 3, 5]);
    });
  });

  it("ends with the staged packets, and begins anew with new ones", () => {
    twoSites({}, ({ world, a, b }) => {
      const heal = world.partition(a, b);
      const lost = a.transmit("b");
      world.run(2 * MINUTE);
      expect(a.plane.staged).toEqual([]);
      const before = inits(world, a).length;
      heal();
      world.run(10 * MINUTE);
      expect(inits(world, a)).toHaveLength(before);
      const late = a.transmit("b");
      world.run(SECOND);
      expect([b.has(lost), b.has(late)]).toEqual([false, true]);
      expect(inits(world, a)).toHaveLength(before + 1);
    });
  });

  it("is given up once: notices say when it began and when it ended", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.transmit("b");
      world.run(3 * MINUTE);
      expect(a.notices.map(({ notice }) => notice)).toEqual(["handshake-started", "gave-up"]);
      expect((a.notices[1]?.at ?? 0) - START).toBeGreaterThanOrEqual(90 * SECOND);
      expect((a.notices[1]?.at ?? 0) - START).toBeLessThan(95 * SECOND + JITTER);
    });
  });

  it("begins anew after 60 s when it has a persistent keepalive", () => {
    twoSites({ a: { persistentKeepalive: 25 * SECOND } }, ({ world, a, b }) => {
      world.partition(a, b);
      world.run(5 * MINUTE);
      const { at: gaveUp = 0 } = a.notices.find(({ notice }) => notice === "gave-up") ?? {};
      const next = inits(world, a).find((time) => START + time >= gaveUp);
      expect(next).toBe(gaveUp - START + 60 * SECOND);
      expectGaps(inits(world, a, gaveUp).slice(0, 5), [1, 1, 2, 3, 5]);
    });
  });

  it("does not wait for those 60 s when there is traffic, nor repeats itself then", () => {
    twoSites({ a: { persistentKeepalive: 25 * SECOND } }, ({ world, a, b }) => {
      const heal = world.partition(a, b);
      world.until(() => a.notices.some(({ notice }) => notice === "gave-up"), 2 * MINUTE);
      heal();
      const packet = a.transmit("b");
      const gaveUp = world.now;
      world.run(2 * MINUTE);
      expect(b.has(packet)).toBe(true);
      expect(inits(world, a, gaveUp).filter((time) => time < 100 * SECOND)).toEqual([0]);
    });
  });

  it("does not go on after the peer itself called", () => {
    twoSites({ a: { persistentKeepalive: 25 * SECOND } }, ({ world, a, b }) => {
      world.drop(world.match("INIT", a));
      world.run(20 * SECOND);
      b.transmit("a");
      world.run(1);
      const called = world.now;
      world.run(80 * SECOND);
      expect(a.link("b").state).toBe("established");
      expect(inits(world, a, called)).toEqual([]);
    });
  });
});

describe("a peer with a persistent keepalive", () => {
  it("is called at the start, others are not", () => {
    twoSites({ a: { persistentKeepalive: 25 * SECOND } }, ({ world, a, b }) => {
      world.run(SECOND);
      expect([a.link("b").state, b.link("a").state]).toEqual(["established", "established"]);
      expect([inits(world, a), inits(world, b)]).toEqual([[0], []]);
    });
  });

  it("is called when its session ends", () => {
    twoSites({ a: { persistentKeepalive: 300 * SECOND } }, ({ world, a }) => {
      world.run(400 * SECOND);
      expect(inits(world, a)).toEqual([0, 180 * SECOND + 20, 360 * SECOND + 40]);
    });
  });

  it("without an address waits to be called, and does not keep the node busy", () => {
    twoSites({ a: { persistentKeepalive: 25 * SECOND, endpoint: "none" } }, ({ world, a, b }) => {
      world.run(10 * MINUTE);
      expect(world.transits).toEqual([]);
      expect(a.wakes).toBe(0);
      b.transmit("a");
      world.run(SECOND);
      expect(a.link("b").state).toBe("established");
    });
  });
});

describe("where an INIT goes", () => {
  it("is to the active and the configured endpoint in turn", () => {
    twoSites({}, ({ world, a, b }) => {
      a.transmit("b");
      world.run(SECOND);
      const moved = world.moveAddress(b);
      b.transmit("a");
      world.run(SECOND);
      expect(a.endpointOf("b")).toBe("198.51.100.1:7000");
      world.listen(moved, () => undefined);
      b.stop();
      const stopped = world.now;
      world.run(200 * SECOND);
      a.transmit("b");
      world.run(20 * SECOND);
      const targets = world.sentBy(a, "INIT").flatMap(({ at, to }) => (at > stopped ? [to.port] : []));
      expect(targets).toEqual([7000, 51820, 7000, 51820, 7000, 51820, 7000]);
    });
  });

  it("becomes the active endpoint with the answer, wherever that came from", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match("RESP"), 1);
      a.transmit("b");
      world.run(20);
      const [response] = world.sentBy(b, "RESP");
      const elsewhere = endpoint("203.0.113.9:9");
      world.inject(response?.bytes ?? new Uint8Array(), elsewhere, a.address);
      world.run(5);
      expect(a.endpointOf("b")).toBe("192.0.2.2:51820");
      expect(world.sentBy(a, "DATA").map(({ to }) => to.port)).toEqual([51820]);
    });
  });

  it("is nowhere without an endpoint: the packets are given up, and the other side may call", () => {
    twoSites({ a: { endpoint: "none" } }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(SECOND);
      expect(a.plane.staged).toEqual([]);
      expect(world.transits).toEqual([]);
      expect(a.link("b")).toMatchObject({ state: "unreachable", reason: { code: "no-endpoint" }, endpoint: undefined });
      b.transmit("a");
      world.run(SECOND);
      expect(a.link("b")).toMatchObject({ state: "established", reason: undefined });
      const packet = a.transmit("b");
      world.run(SECOND);
      expect(b.has(packet)).toBe(true);
    });
  });

  it("is the address of a caller, for one without an endpoint, when the session is over", () => {
    twoSites({ a: { endpoint: "none" } }, ({ world, a, b }) => {
      b.transmit("a");
      world.run(5 * MINUTE);
      expect(a.plane.sessions.size).toBe(0);
      const packet = a.transmit("b");
      world.run(SECOND);
      expect(b.has(packet)).toBe(true);
    });
  });
});

describe("while a session serves", () => {
  it("an unanswered rekey is repeated every 5 s", () => {
    connectedSites({}, (sites) => {
      const { world, a } = sites;
      world.drop(world.match("INIT"));
      talk(sites, 170);
      world.runUntil(START + 150 * SECOND);
      const times = inits(world, a, START + 100 * SECOND);
      expect(times.length).toBeGreaterThan(5);
      expectGaps(times, [5]);
      expect(a.link("b").reason).toMatchObject({ code: "no-answer" });
    });
  });
});

describe("a configured name", () => {
  const byName = { endpoint: "b.example:51820" };

  it("is looked up before the first INIT", () => {
    twoSites({ a: byName }, ({ world, a, b }) => {
      world.names.set("b.example", [b.address]);
      const packet = a.transmit("b");
      world.run(SECOND);
      expect(b.has(packet)).toBe(true);
      expect(inits(world, a)).toEqual([10]);
    });
  });

  it("that resolves late begins the schedule when it does", () => {
    twoSites({ a: byName }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(30 * SECOND);
      expect(world.transits).toEqual([]);
      expect(a.link("b")).toMatchObject({ state: "unreachable", reason: { code: "unresolved", host: "b.example" } });
      world.names.set("b.example", [b.address]);
      world.partition(a, b);
      world.run(20 * SECOND);
      const times = inits(world, a);
      expect(times[0]).toBeLessThan(35 * SECOND + JITTER + 20);
      expectGaps(times, [1, 1, 2, 3, 5]);
      expect(a.link("b").reason).toMatchObject({ code: "no-answer" });
    });
  });

  it("is asked for as often as an INIT would go out", () => {
    twoSites({ a: byName }, ({ world, a }) => {
      const asked: number[] = [];
      world.names.get = (name) => void asked.push(world.now - START - 10 + name.length * 0);
      a.transmit("b");
      world.run(3 * MINUTE);
      const calling = asked.filter((at) => at < 90 * SECOND);
      expectGaps(calling, [1, 1, 2, 3, 5]);
      expect(asked.length).toBeGreaterThan(calling.length);
      expect(a.notices.map(({ notice }) => notice)).toEqual(["handshake-started", "gave-up"]);
      expect(a.link("b")).toMatchObject({ state: "unreachable", reason: { code: "unresolved" } });
    });
  });

  it("is asked for every 30 s while it does not resolve and nobody calls", () => {
    twoSites({ a: byName }, ({ world, a }) => {
      const asked: number[] = [];
      world.names.get = () => void asked.push(world.now);
      a.input({ type: "resolved", peer: 0, endpoints: [] });
      const from = world.now;
      world.run(2 * MINUTE + SECOND);
      expect(asked.map((at) => Math.round((at - from) / SECOND / 10) * 10)).toEqual([30, 60, 90, 120]);
    });
  });

  it("that has resolved before stays usable when it fails", () => {
    twoSites({ a: byName }, ({ world, a, b }) => {
      world.names.set("b.example", [b.address]);
      a.transmit("b");
      world.run(5 * MINUTE);
      world.names.clear();
      const packet = a.transmit("b");
      world.run(SECOND);
      expect(b.has(packet)).toBe(true);
      expect(a.link("b").reason).toBeUndefined();
    });
  });

  it("is looked up anew with each INIT, and its new address is tried in turn", () => {
    twoSites({ a: byName }, ({ world, a, b }) => {
      world.names.set("b.example", [b.address]);
      a.transmit("b");
      world.run(5 * MINUTE);
      world.names.set("b.example", [world.moveAddress(b, endpoint("198.51.100.1:51820"))]);
      const packet = a.transmit("b");
      world.run(3 * SECOND);
      expect(b.has(packet)).toBe(true);
      expect(a.endpointOf("b")).toBe("198.51.100.1:51820");
    });
  });

  it("of several addresses tries them one after the other", () => {
    twoSites({ a: byName }, ({ world, a, b }) => {
      world.names.set("b.example", [endpoint("203.0.113.1:1"), endpoint("203.0.113.2:1"), b.address]);
      const packet = a.transmit("b");
      world.run(4 * SECOND);
      expect(b.has(packet)).toBe(true);
      expect(a.endpointOf("b")).toBe("192.0.2.2:51820");
    });
  });
});
