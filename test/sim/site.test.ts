import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/base/time.js";
import { connectedSites } from "./two-sites.js";
import { WallClock, YEAR_1970, YEAR_2200 } from "./wall-clock.js";
import { World } from "./world.js";

describe("a suspended site", () => {
  it("reads and does nothing, and wakes up as old as the boot clock", () => {
    connectedSites({}, ({ world, a, b }) => {
      const wakes = a.wakes;
      a.suspend();
      const lost = b.transmit("a");
      const unsent = a.transmit("b");
      world.run(200 * SECOND);
      expect([a.has(lost), b.has(unsent), a.wakes]).toEqual([false, false, wakes]);
      expect(world.transits.filter(({ fate }) => fate === "nobody").length).toBeGreaterThan(0);
      expect(a.plane.sessions.size).toBe(1);
      a.resume();
      world.run(SECOND);
      expect(a.plane.sessions.size).toBe(0);
      const again = a.transmit("b");
      world.run(SECOND);
      expect(b.has(again)).toBe(true);
    });
  });

  it("hears once it is awake what its data plane had to say", () => {
    const world = new World({ seed: 1, sites: { a: { peers: { b: {} } }, b: { peers: { a: {} } } }, eventDelay: 5 });
    world.play(() => {
      const [a, b] = [world.site("a"), world.site("b")];
      a.transmit("b");
      world.until(() => world.transits.some(({ label, fate }) => label === "INIT" && fate === "arrived"));
      b.suspend();
      world.run(500);
      expect(world.sentBy(b)).toEqual([]);
      b.resume();
      expect(world.sentBy(b, "RESP")).toHaveLength(1);
    });
  });
});

describe("a site that restarts", () => {
  it("knows nothing, and its events go nowhere", () => {
    connectedSites({}, ({ world, a, b }) => {
      const before = b.node;
      b.restart();
      expect(b.node).not.toBe(before);
      expect(b.plane.sessions.size).toBe(0);
      const packet = a.transmit("b");
      world.run(5 * SECOND);
      expect(b.has(packet)).toBe(false);
    });
  });
});

describe("a site whose clock is set", () => {
  it("seals nothing more under the keys that it had, once a minute", () => {
    connectedSites({}, ({ world, a, b }) => {
      const generations = () => [a.plane.generation, b.plane.generation];
      a.wallClock.set(a.wallClock.read(world.now) + 2 * SECOND, world.now);
      a.transmit("b");
      expect(generations()).toEqual([0, 0]);
      a.wallClock.swing(SECOND, 300 * SECOND, world.now - SECOND);
      const packets = [];
      for (let i = 0; i < 59; i++) {
        packets.push(a.transmit("b"));
        world.run(SECOND);
      }
      expect(generations()).toEqual([1, 0]);
      world.run(2 * SECOND);
      packets.push(a.transmit("b"));
      world.run(SECOND);
      expect(generations()).toEqual([2, 0]);
      expect(packets.map((id) => b.has(id))).not.toContain(false);
    });
  });
});

describe("a wall clock", () => {
  it("runs with the boot clock until it is set", () => {
    const clock = new WallClock(1_000);
    expect(clock.read(5)).toBe(1_005);
    clock.set(YEAR_2200, 10);
    expect(clock.read(15)).toBe(YEAR_2200 + 5);
    clock.set(YEAR_1970, 20);
    expect(clock.read(25)).toBe(5);
  });

  it("steps forth and back", () => {
    const clock = new WallClock(0);
    clock.swing(SECOND, 300 * SECOND, 500);
    expect([500, 1499, 1500, 2499, 2500].map((boot) => clock.read(boot) - boot)).toEqual([0, 0, 300_000, 300_000, 0]);
  });
});
