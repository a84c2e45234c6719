import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/base/time.js";
import { type Bursts, CALM, type Link, Path } from "./link.js";
import { DEPENDENCES, type NatOptions } from "./nat.js";
import { Network } from "./network.js";
import { endpoint, textOf } from "./places.js";
import { Seeded } from "./seeded.js";
import { Trace } from "./trace.js";
import { connectedSites } from "./two-sites.js";
import { World } from "./world.js";

const NAT: NatOptions = { mapping: "independent", filtering: "address-and-port", lifetime: 30 * SECOND, inboundRefresh: false };
const MANY = 4000;

/** The delays of the copies of many datagrams. */
function fates(link: Partial<Link>): number[][] {
  const [path, random] = [new Path(), new Seeded(1)];
  return Array.from({ length: MANY }, () => path.delays({ ...CALM, ...link }, random));
}

function lossOf(all: readonly number[][]): number {
  return all.filter((delays) => delays.length === 0).length / all.length;
}

/** Lengths of losses in a row. */
function runsOfLoss(all: readonly number[][]): number[] {
  const text = all.map((delays) => (delays.length === 0 ? "x" : " ")).join("");
  return (text.match(/x+/g) ?? []).map(({ length }) => length);
}

describe("one direction of a path", () => {
  it("takes its latency, and loses and doubles nothing, where it is calm", () => {
    expect(new Set(fates({ latency: 7 }).map(String))).toEqual(new Set(["7"]));
  });

  it("loses and doubles by chance", () => {
    const all = fates({ loss: 0.2, duplication: 0.1 });
    expect(lossOf(all)).toBeCloseTo(0.2, 1);
    expect(all.filter(({ length }) => length === 2).length / MANY).toBeCloseTo(0.08, 1);
  });

  it("delays within its jitter, and holds some back for longer", () => {
    const all = fates({ latency: 10, jitter: 5, reordering: 0.1 }).flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(10);
    const heldBack = all.filter((delay) => delay > 15);
    expect(heldBack.length / MANY).toBeGreaterThan(0.05);
    expect(heldBack.length / MANY).toBeLessThan(0.1);
    expect(Math.max(...all)).toBeLessThanOrEqual(45);
  });

  it("loses in bursts, which are longer than chance makes them", () => {
    const bursts: Bursts = { begin: 0.02, end: 0.1, loss: 1 };
    const all = fates({ bursts });
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
    expect(mean(runsOfLoss(all))).toBeGreaterThan(6);
    expect(mean(runsOfLoss(fates({ loss: lossOf(all) })))).toBeLessThan(2);
  });
});

describe("the network", () => {
  it("loses what is larger than the MTU of a direction, in that direction", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.network.direct("a", "b", { mtu: 100 });
      const [short, long, back] = [a.transmit("b", 48), a.transmit("b", 100), b.transmit("a", 100)];
      world.run(SECOND);
      expect([b.has(short), b.has(long), a.has(back)]).toEqual([true, false, true]);
      expect(world.transits.filter(({ fate }) => fate === "too big")).toHaveLength(1);
      world.network.direct("a", "b");
      const later = a.transmit("b", 100);
      world.run(SECOND);
      expect(b.has(later)).toBe(true);
    });
  });

  it("takes each direction's own time", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.network.direct("a", "b", { latency: 70 });
      const there = a.transmit("b");
      expect(world.until(() => b.has(there))).toBe(70);
      const back = b.transmit("a");
      expect(world.until(() => a.has(back))).toBe(10);
    });
  });

  it("remembers the same thing the same, and another another", () => {
    const digest = (bytes: number) => {
      const trace = new Trace();
      const network = new Network({ now: () => 0, at: () => {}, random: new Seeded(1), trace });
      network.inject(Uint8Array.of(bytes), endpoint("192.0.2.1:1"), endpoint("192.0.2.2:2"));
      return trace.digest();
    };
    expect(digest(1)).toBe(digest(1));
    expect(digest(2)).not.toBe(digest(1));
  });
});

describe("sites behind NATs", () => {
  const kinds = DEPENDENCES.flatMap((mapping) => DEPENDENCES.map((filtering) => [mapping, filtering] as const));

  it.each(kinds)("that map %s and filter %s call, and are answered and followed when the mapping is lost", (mapping, filtering) => {
    const world = new World({
      seed: 1,
      nats: { home: { ...NAT, mapping, filtering } },
      sites: { hub: { peers: { one: { endpoint: "none" }, two: { endpoint: "none" } } }, one: behind("home"), two: behind("home") },
    });
    world.play(() => {
      const [hub, one, two] = [world.site("hub"), world.site("one"), world.site("two")];
      const calls = [one.transmit("hub"), two.transmit("hub")];
      world.run(SECOND);
      expect(calls.map((id) => hub.has(id))).toEqual([true, true]);
      const [atOne, atTwo] = [hub.endpointOf("one"), hub.endpointOf("two")];
      expect(atOne).toMatch(/^203\.0\.113\.1:/);
      expect(atTwo).not.toBe(atOne);
      world.nat("home").rebind(one.address);
      const missed = hub.transmit("one");
      world.run(SECOND);
      expect(one.has(missed)).toBe(false);
      one.transmit("hub");
      world.run(SECOND);
      const answers = [hub.transmit("one"), hub.transmit("two")];
      world.run(SECOND);
      expect([one.has(answers[0] ?? 0), two.has(answers[1] ?? 0)]).toEqual([true, true]);
      expect(hub.endpointOf("one")).not.toBe(atOne);
      expect(hub.endpointOf("two")).toBe(atTwo);
    });
  });

  it("reach each other within, and not by the NAT's own address", () => {
    const world = new World({
      seed: 1,
      nats: { home: { ...NAT, filtering: "independent" } },
      sites: {
        hub: { peers: { one: { endpoint: "none" } } },
        one: { ...behind("home"), peers: { hub: {}, two: {} } },
        two: { peers: { one: {} }, nat: "home" },
      },
    });
    world.play(() => {
      const [one, two] = [world.site("one"), world.site("two")];
      one.transmit("hub");
      const within = two.transmit("one");
      world.run(SECOND);
      expect(one.has(within)).toBe(true);
      expect(two.endpointOf("one")).toBe(textOf(one.address));
      const outside = endpoint(world.site("hub").endpointOf("one") ?? "");
      world.network.send(two, outside, Uint8Array.of(1));
      expect(world.transits.at(-1)?.fate).toBe("refused");
    });
  });

  it("are not reached by their inner address from outside, nor once they moved away", () => {
    const world = new World({ seed: 1, nats: { home: NAT }, sites: { hub: { peers: { one: {} } }, one: behind("home") } });
    world.play(() => {
      const [hub, one] = [world.site("hub"), world.site("one")];
      hub.transmit("one");
      world.run(100);
      expect(world.transits.at(-1)?.fate).toBe("nobody");
      const call = one.transmit("hub");
      world.run(100);
      expect(hub.has(call)).toBe(true);
      world.moveAddress(one);
      hub.transmit("one");
      world.run(100);
      expect(world.transits.at(-1)?.fate).toBe("nobody");
      world.goHome(one);
      const home = hub.transmit("one");
      world.run(100);
      expect(one.has(home)).toBe(true);
    });
  });
});

function behind(nat: string) {
  return { peers: { hub: {} }, nat };
}
