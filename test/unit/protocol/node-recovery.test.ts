import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import type { Effect } from "../../../src/protocol/effects.js";
import { bareNode } from "../../sim/bare-node.js";
import { endpoint, identityOf } from "../../sim/places.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

function chatter(world: World, from: Site, to: Site, seconds: number): number[] {
  const packets: number[] = [];
  for (let i = 0; i < seconds; i++) world.at(world.now + i * SECOND, () => packets.push(from.transmit(to.name)));
  return packets;
}

function initsSince(world: World, site: Site, since: number): number[] {
  return world.sentBy(site, "INIT").flatMap(({ at }) => (at >= since ? [at - since] : []));
}

describe("a restart", () => {
  it.each([
    ["the responder", "b", "a"],
    ["the initiator", "a", "b"],
  ])("of %s is mended by the first packet of the other side", (_, restarted, other) => {
    connectedSites({}, ({ world }) => {
      world.run(20 * SECOND);
      world.site(restarted).restart();
      const start = world.now;
      world.site(other).transmit(restarted);
      world.run(SECOND);
      expect(initsSince(world, world.site(restarted), start)).toEqual([10]);
      const packet = world.site(other).transmit(restarted);
      world.run(SECOND);
      expect(world.site(restarted).has(packet)).toBe(true);
      expect(initsSince(world, world.site(other), start)).toEqual([]);
    });
  });

  it.each([
    ["the responder", "b", "a"],
    ["the initiator", "a", "b"],
  ])("of %s is mended by its own first packet", (_, restarted, other) => {
    connectedSites({}, ({ world }) => {
      world.site(restarted).restart();
      const packet = world.site(restarted).transmit(other);
      expect(world.until(() => world.site(other).has(packet))).toBe(30);
      world.run(1);
      const back = world.site(other).transmit(restarted);
      world.run(SECOND);
      expect(world.site(restarted).has(back)).toBe(true);
    });
  });

  it("of both is a cold start", () => {
    connectedSites({}, ({ world, a, b }) => {
      a.restart();
      b.restart();
      const packet = a.transmit("b");
      expect(world.until(() => b.has(packet))).toBe(30);
    });
  });

  it("of a site that does not know where the other is, is mended after 15 s of silence", () => {
    connectedSites({ b: { endpoint: "none" } }, ({ world, a, b }) => {
      world.run(20 * SECOND);
      b.restart();
      const start = world.now;
      chatter(world, a, b, 20);
      world.run(20 * SECOND);
      expect(initsSince(world, b, start)).toEqual([]);
      const [first = 0] = initsSince(world, a, start);
      expect(first).toBeGreaterThanOrEqual(15 * SECOND);
      expect(first).toBeLessThan(15 * SECOND + 334);
      expect(b.link("a").state).toBe("established");
    });
  });
});

describe("DATA for no session", () => {
  it("is answered once in 5 s while the answer is lost", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(20 * SECOND);
      b.restart();
      world.drop(world.match("INIT"));
      const start = world.now;
      chatter(world, a, b, 14);
      world.run(14 * SECOND);
      expect(initsSince(world, b, start)).toEqual([10, 5 * SECOND + 10, 10 * SECOND + 10]);
    });
  });

  it("draws nothing when it comes from elsewhere", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(20 * SECOND);
      b.restart();
      world.moveAddress(a);
      chatter(world, a, b, 10);
      world.run(10 * SECOND);
      expect(initsSince(world, b, 0)).toEqual([]);
    });
  });

  it("draws nothing within 10 s of anything authentic", () => {
    connectedSites({}, ({ world, a, b }) => {
      const start = world.now;
      a.transmit("b");
      world.run(9.9 * SECOND);
      b.input({ type: "unknown-index", source: a.address });
      expect(initsSince(world, b, start)).toEqual([]);
      world.run(0.11 * SECOND);
      b.input({ type: "unknown-index", source: a.address });
      expect(initsSince(world, b, start)).toHaveLength(1);
    });
  });

  it("adds nothing to a call that is under way", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.transmit("b");
      world.run(8 * SECOND);
      const before = world.sentBy(a, "INIT").length;
      a.input({ type: "unknown-index", source: b.address });
      expect(world.sentBy(a, "INIT")).toHaveLength(before);
    });
  });

  it("is no call: it is not repeated, and does not change the state", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.input({ type: "unknown-index", source: b.address });
      expect(a.node.nextDeadline()).toBe(world.now + 10 * SECOND);
      a.input({ type: "send-failed", peer: 0, to: b.address, error: "EPERM" });
      expect(a.link("b").reason).toBeUndefined();
      world.run(60 * SECOND);
      expect(a.node.nextDeadline()).toBeUndefined();
      expect(world.sentBy(a, "INIT")).toHaveLength(1);
      expect(a.link("b")).toMatchObject({ state: "idle", reason: undefined });
      expect(a.notices).toEqual([]);
    });
  });

  it("draws 20 INITs a second at most", () => {
    const peers = Array.from({ length: 30 }, (_, id) => ({
      id,
      publicKey: identityOf(`peer ${id}`).publicKey,
      endpoint: { host: `192.0.2.${id + 1}`, port: 51820 },
    }));
    const node = bareNode(peers);
    const unknown = (id: number, boot: number): Effect[] =>
      node.handle({ type: "unknown-index", source: endpoint(`192.0.2.${id + 1}:51820`) }, { boot, real: 0 });
    const answered = peers.map(({ id }) => unknown(id, 1000).length);
    expect(answered.reduce((sum, count) => sum + count)).toBe(20);
    expect(peers.map(({ id }) => unknown(id, 2000).length).reduce((sum, count) => sum + count)).toBe(10);
  });
});
