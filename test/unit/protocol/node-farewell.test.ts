import { describe, expect, it } from "vitest";
import { formatEndpoint } from "../../../src/base/endpoint.js";
import { MINUTE, SECOND } from "../../../src/base/time.js";
import { encodeControl } from "../../../src/protocol/wire/control.js";
import { KIND } from "../../../src/protocol/wire/kinds.js";
import { currentOf, tell } from "../../sim/challenges.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, type TwoSites, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

const GOODBYE = encodeControl({ type: "goodbye", reason: 0 });

/** Control messages that a site sent since a time. */
function controls(world: World, site: Site, since: number): number {
  return world.sentBy(site, "CONTROL").filter(({ at }) => at >= since).length;
}

function initsSince(world: World, site: Site, since: number): number[] {
  return world.sentBy(site, "INIT").flatMap(({ at }) => (at >= since ? [at - since] : []));
}

/** Makes A renew its session, so that each side holds a retired one. */
function renew({ world, a, b }: TwoSites): void {
  world.run(SECOND);
  a.input({ type: "rekey", index: currentOf(a) });
  world.run(SECOND);
  expect([a.plane.sessions.size, b.plane.sessions.size]).toEqual([2, 2]);
}

describe("a node that ends", () => {
  it("says goodbye under every session that it holds, retired ones too, and the other side wipes them", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      renew(sites);
      const start = world.now;
      a.down();
      expect(controls(world, a, start)).toBe(2);
      world.run(10);
      expect(b.plane.sessions.size).toBe(0);
      expect(b.link("a")).toMatchObject({ state: "idle", reason: undefined });
      expect(b.notices.filter(({ notice }) => notice === "goodbye")).toHaveLength(1);
      expect(b.node.drops().size).toBe(0);
    });
  });

  it("says nothing without a session, under one that is over, or under one that is pending", () => {
    twoSites({}, ({ world, a, b }) => {
      expect(a.node.farewell({ boot: world.now, real: 0 })).toEqual([]);
      world.drop(world.sealed(a));
      a.transmit("b");
      world.run(SECOND);
      expect(b.plane.sessions.size).toBe(1);
      expect(b.node.farewell({ boot: world.now, real: 0 })).toEqual([]);
      expect(a.node.farewell({ boot: world.now, real: 0 })).toHaveLength(1);
      expect(a.node.farewell({ boot: world.now + 3 * MINUTE, real: 0 })).toEqual([]);
    });
  });

  it("says it to all of its peers", () => {
    connectedSites({}, ({ world, a }) => {
      const effects = a.node.farewell({ boot: world.now, real: 0 });
      expect(effects).toEqual([{ type: "seal", index: currentOf(a), kind: KIND.control, plaintext: GOODBYE }]);
    });
  });
});

describe("GOODBYE", () => {
  it("wipes the session that carried it, and no other", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      const before = currentOf(b);
      renew(sites);
      const current = currentOf(b);
      tell(world, b, { type: "opened", index: before, kind: KIND.control, plaintext: GOODBYE, source: a.address });
      expect([...b.plane.sessions.keys()]).toEqual([current]);
      expect(b.link("a").state).toBe("established");
      expect(b.notices.map(({ notice }) => notice)).not.toContain("goodbye");
      const packet = b.transmit("a");
      world.run(SECOND);
      expect(a.has(packet)).toBe(true);
    });
  });

  it("under the current session leaves the retired ones, which still receive", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      renew(sites);
      tell(world, b, { type: "opened", index: currentOf(b), kind: KIND.control, plaintext: GOODBYE, source: a.address });
      expect(b.plane.sessions.size).toBe(1);
      expect(b.link("a").state).toBe("idle");
      world.run(3 * MINUTE);
      expect(b.plane.sessions.size).toBe(0);
    });
  });

  it("under a session that is gone changes nothing", () => {
    connectedSites({}, ({ world, a, b }) => {
      tell(world, b, { type: "opened", index: 7, kind: KIND.control, plaintext: GOODBYE, source: a.address });
      expect(b.link("a").state).toBe("established");
    });
  });

  it("disables nobody: traffic calls at once, and finds who came back at the endpoint that it knows", () => {
    connectedSites({ b: { endpoint: "none" } }, ({ world, a, b }) => {
      a.down();
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
      a.start();
      const packet = b.transmit("a");
      expect(world.until(() => a.has(packet))).toBe(30);
    });
  });

  it("ends a call, and what the call complained of", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("INIT"));
      b.input({ type: "rekey", index: currentOf(b) });
      world.run(40 * SECOND);
      expect(b.link("a")).toMatchObject({ state: "unreachable", reason: { code: "no-answer" } });
      a.down();
      world.run(SECOND);
      expect(b.link("a")).toMatchObject({ state: "idle", reason: undefined });
      const start = world.now;
      world.run(2 * MINUTE);
      expect(initsSince(world, b, start)).toEqual([]);
    });
  });

  it("draws no INIT for packets under the session that it wiped, for 10 s", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(20 * SECOND);
      a.down();
      world.run(10);
      const start = world.now;
      b.input({ type: "unknown-index", source: a.address });
      world.run(9.9 * SECOND);
      b.input({ type: "unknown-index", source: a.address });
      expect(initsSince(world, b, start)).toEqual([]);
      world.run(0.1 * SECOND);
      b.input({ type: "unknown-index", source: a.address });
      expect(initsSince(world, b, start)).toHaveLength(1);
    });
  });

  it("makes a peer with a persistent keepalive wait 10 to 15 s before it calls again", () => {
    connectedSites({ b: { persistentKeepalive: 25 * SECOND } }, ({ world, a, b }) => {
      a.down();
      world.run(10);
      const start = world.now;
      world.run(20 * SECOND);
      const [first = 0] = initsSince(world, b, start);
      expect(first).toBeGreaterThanOrEqual(10 * SECOND);
      expect(first).toBeLessThan(15 * SECOND);
      a.start();
      world.run(6 * SECOND);
      expect(b.link("a").state).toBe("established");
    });
  });

  it("leaves nothing to do for a peer without one", () => {
    connectedSites({}, ({ world, a, b }) => {
      a.down();
      world.run(MINUTE);
      expect(b.node.nextDeadline()).toBeUndefined();
    });
  });
});
