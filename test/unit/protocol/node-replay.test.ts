import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import { endpoint } from "../../sim/places.js";
import type { Label, Transit } from "../../sim/transit.js";
import { connectedSites, type TwoSites, twoSites } from "../../sim/two-sites.js";

const EVE = endpoint("203.0.113.66:666");

function first({ world, a }: TwoSites, label: Label): Transit {
  const [transit] = world.sentBy(a, label);
  if (transit === undefined) throw new Error(`a sent no ${label}`);
  return transit;
}

/** Hands a datagram to B once more. */
function replay({ world, b }: TwoSites, { bytes }: Transit, from = EVE): void {
  world.inject(bytes, from, b.address);
  world.run(1);
}

describe("a replayed INIT", () => {
  it("draws the same RESP again while the session is pending, to where it came from", () => {
    twoSites({}, (sites) => {
      const { world, a, b } = sites;
      world.drop(world.match("RESP"), 1);
      a.transmit("b");
      world.run(15);
      replay(sites, first(sites, "INIT"));
      const [one, two, ...more] = world.sentBy(b, "RESP");
      expect(more).toEqual([]);
      expect(two?.bytes).toEqual(one?.bytes);
      expect(two?.to).toEqual(EVE);
      expect(b.plane.sessions.size).toBe(1);
    });
  });

  it("is the same whatever its mac2", () => {
    twoSites({}, (sites) => {
      const { world, a, b } = sites;
      world.drop(world.match("RESP"), 1);
      a.transmit("b");
      world.run(15);
      const init = first(sites, "INIT");
      replay(sites, { ...init, bytes: init.bytes.map((byte, at) => (at >= 128 ? byte ^ 1 : byte)) });
      expect(b.plane.sessions.size).toBe(1);
      expect(world.sentBy(b, "RESP")).toHaveLength(2);
    });
  });

  it.each([
    ["after the session was confirmed", 1],
    ["after the session was given up", 16],
  ])("is dropped %s", (_, seconds) => {
    twoSites({}, (sites) => {
      const { world, a, b } = sites;
      if (seconds > 15) world.drop(world.match("EMPTY", a));
      a.input({ type: "connect", peer: 0 });
      world.run(seconds * SECOND);
      const sessions = [...b.plane.sessions.keys()];
      replay(sites, first(sites, "INIT"));
      expect(world.sentBy(b, "RESP")).toHaveLength(1);
      expect(b.node.drops().get("answered")).toBe(1);
      expect([...b.plane.sessions.keys()]).toEqual(sessions);
    });
  });

  it("draws one RESP after a restart, and changes nothing", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      b.restart();
      const before = world.now;
      for (let i = 0; i < 3; i++) {
        replay(sites, first(sites, "INIT"));
        world.run(16 * SECOND);
      }
      const answers = world.sentBy(b).filter(({ at }) => at >= before);
      expect(answers.map(({ label, to }) => [label, to])).toEqual([["RESP", EVE]]);
      expect(b.plane.sessions.size).toBe(0);
      expect(b.link("a")).toMatchObject({ state: "idle", lastHandshake: 0 });
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
      expect(a.link("b").state).toBe("established");
    });
  });

  it("does not end the session in use", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      world.run(130 * SECOND);
      a.transmit("b");
      world.run(SECOND);
      const [before, after] = world.sentBy(a, "INIT");
      expect(after).toBeDefined();
      for (const init of [before, after]) if (init) replay(sites, init);
      const packet = a.transmit("b");
      world.run(SECOND);
      expect(b.has(packet)).toBe(true);
      expect(a.endpointOf("b")).toBe("192.0.2.2:51820");
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
    });
  });
});

describe("a damaged INIT", () => {
  it("is dropped", () => {
    twoSites({}, (sites) => {
      const { world, a, b } = sites;
      world.drop(world.match("INIT"), 1);
      a.transmit("b");
      world.run(1);
      const init = first(sites, "INIT");
      replay(sites, { ...init, bytes: init.bytes.map((byte, at) => (at === 60 ? byte ^ 1 : byte)) });
      expect(world.sentBy(b)).toEqual([]);
      expect(b.node.drops().get("mac1")).toBe(1);
    });
  });
});

describe("an INIT from anywhere", () => {
  it("moves no endpoint and changes no state until DATA confirms it", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      world.run(130 * SECOND);
      world.drop(world.match("INIT"));
      a.transmit("b");
      world.run(1);
      const before = [b.link("a"), b.plane.currentOf(0), b.node.nextDeadline()];
      const [, init] = world.sentBy(a, "INIT");
      world.inject(init?.bytes ?? new Uint8Array(), EVE, b.address);
      world.step();
      world.step();
      expect([b.link("a"), b.plane.currentOf(0)]).toEqual(before.slice(0, 2));
      expect(world.sentBy(b, "RESP").at(-1)?.to).toEqual(EVE);
    });
  });
});

describe("replayed DATA", () => {
  it("is dropped, and neither confirms nor moves anything", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      a.transmit("b");
      world.run(20);
      const before = b.link("a");
      for (const transit of world.sentBy(a, "DATA")) replay(sites, transit);
      expect(b.plane.drops.get("replay")).toBe(2);
      expect(b.link("a")).toEqual(before);
      expect(b.delivered).toHaveLength(2);
      // A PING, the challenge of the adopted address, and a PONG, all before the replays.
      expect(world.sentBy(b, "PROBE").map(({ to }) => to)).toEqual([a.address, a.address, a.address]);
    });
  });

  it("of an older session confirms nothing after a restart", () => {
    connectedSites({}, (sites) => {
      const { b } = sites;
      b.restart();
      replay(sites, first(sites, "INIT"));
      replay(sites, first(sites, "DATA"));
      expect(b.link("a").state).toBe("idle");
    });
  });
});
