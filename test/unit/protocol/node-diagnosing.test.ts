import { describe, expect, it } from "vitest";
import { encodeKey } from "../../../src/base/keys.js";
import { MINUTE, SECOND } from "../../../src/base/time.js";
import type { DropReason } from "../../../src/protocol/wire/drop-reason.js";
import { identityOf } from "../../sim/places.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, type TwoSitesOptions, twoSites } from "../../sim/two-sites.js";
import { World } from "../../sim/world.js";

const key = (fill: number) => new Uint8Array(32).fill(fill);
const network = (name: string, fill = 0) => ({ network: { name, key: key(fill) } });
const codes = (site: Site) => site.troubles.map(({ reason }) => reason.code);

/** What B thinks of its link to A after A called once in vain. */
function afterCall(options: TwoSitesOptions, look: (world: World, b: Site, a: Site) => void): void {
  twoSites(options, ({ world, a, b }) => {
    a.transmit("b");
    world.run(SECOND / 2);
    look(world, b, a);
  });
}

const CALLS: readonly (readonly [what: string, options: TwoSitesOptions, code: string, drop: DropReason])[] = [
  ["is for another key", { a: { publicKey: identityOf("other").publicKey } }, "call-for-another", "mac1"],
  ["is of another network key", { ofA: network("", 1) }, "call-for-another", "mac1"],
  ["is of another network name", { ofA: network("head office") }, "other-network", "auth"],
  ["is by another key than the file has", { b: { publicKey: identityOf("other").publicKey } }, "other-key", "unknown-peer"],
];

describe("a call from a peer's endpoint that", () => {
  it.each(CALLS)("%s says so in the status, told once, and changes no state", (_, options, code, drop) => {
    afterCall(options, (world, b) => {
      expect(b.link("a")).toMatchObject({ state: "idle", reason: { code, endpoint: "192.0.2.1:51820" } });
      expect(b.node.drops().get(drop)).toBe(1);
      expect(world.sentBy(b)).toEqual([]);
      world.run(20 * SECOND);
      expect(b.node.drops().get(drop)).toBeGreaterThan(3);
      expect(codes(b)).toEqual([code]);
    });
  });

  it.each(CALLS)("%s is suspected for two minutes after the last one", (_, options, code) => {
    afterCall(options, (world, b, a) => {
      a.stop();
      world.run(2 * MINUTE - SECOND);
      expect(b.link("a").reason?.code).toBe(code);
      world.run(SECOND);
      expect(b.link("a").reason).toBeUndefined();
    });
  });

  it.each(CALLS)("%s tells more than that nobody answers, and less than what is known", (_, options, code) => {
    afterCall(options, (world, b) => {
      b.refuses = () => "EPERM";
      b.transmit("a");
      world.run(3 * SECOND);
      expect(b.link("a").reason?.code).toBe("blocked");
      b.refuses = undefined;
      world.drop(world.match("INIT", b));
      world.run(20 * SECOND);
      expect(b.link("a")).toMatchObject({ state: "unreachable", reason: { code } });
    });
  });

  it.each(CALLS)("%s says nothing when it comes from elsewhere", (_, options) => {
    afterCall({ ...options, b: { ...options.b, endpoint: "203.0.113.1:1" } }, (_world, b) => {
      expect(b.link("a").reason).toBeUndefined();
      expect(codes(b)).toEqual([]);
    });
  });

  it("carries the key that it is by", () => {
    afterCall({ b: { publicKey: identityOf("other").publicKey } }, (_world, b) => {
      expect(b.link("a").reason).toMatchObject({ publicKey: encodeKey(identityOf("a").publicKey) });
    });
  });

  it("does not open says nothing while there is a link", () => {
    connectedSites({}, ({ world, a, b }) => {
      const init = world.sentBy(a, "INIT")[0]?.bytes.slice() ?? new Uint8Array();
      init[112] = (init[112] ?? 0) ^ 1;
      world.inject(init, a.address, b.address);
      world.run(1);
      expect(b.node.drops().get("mac1")).toBe(1);
      expect([b.link("a").reason, codes(b)]).toEqual([undefined, []]);
    });
  });

  it("is suspected, is forgotten when there is a link", () => {
    afterCall({ ofA: network("head office") }, (world, b, a) => {
      a.stop();
      b.input({ type: "other-version", version: 2, source: a.address });
      expect(b.link("a").reason?.code).toBe("other-version");
      expect(codes(b)).toEqual(["other-network", "other-version"]);
      world.run(1);
    });
    twoSites({}, ({ world, a, b }) => {
      b.input({ type: "other-version", version: 2, source: a.address });
      a.transmit("b");
      world.run(SECOND);
      expect(b.link("a")).toMatchObject({ state: "established", reason: undefined });
      b.plane.carryOut({ type: "remove", index: b.plane.currentOf(0) ?? 0 });
      a.down();
      b.input({ type: "other-version", version: 2, source: a.address });
      expect(codes(b)).toEqual(["other-version"]);
    });
  });

  it.each([
    [0, false],
    [2, true],
  ])("is of version %i says whether that is newer: %s", (version, newer) => {
    twoSites({}, ({ world, a, b }) => {
      world.inject(Uint8Array.of(1, version, 0, 0, ...new Array<number>(140).fill(0)), a.address, b.address);
      world.run(1);
      expect(b.link("a").reason).toEqual({ code: "other-version", endpoint: "192.0.2.1:51820", version, newer });
      expect(b.plane.drops.get("version")).toBe(1);
    });
  });

  it("comes more than five times a second is not looked at", () => {
    const peers = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`p${i}`, {}]));
    const others = Object.fromEntries(Object.keys(peers).map((name) => [name, { peers: {} }]));
    const world = new World({ seed: 1, sites: { a: { peers }, ...others } });
    world.play(() => {
      const a = world.site("a");
      const suspected = () => Object.keys(peers).filter((name) => a.link(name).reason !== undefined).length;
      const all = () => {
        for (const name of Object.keys(peers)) a.input({ type: "other-version", version: 2, source: world.site(name).address });
      };
      all();
      expect(suspected()).toBe(5);
      world.run(SECOND);
      for (const name of Object.keys(peers).reverse()) a.input({ type: "other-version", version: 2, source: world.site(name).address });
      expect(suspected()).toBe(8);
    });
  });
});

describe("somebody whom no peer is", () => {
  /** A site that everybody can call, and that knows nobody. */
  function called(count: number, body: (world: World, hub: Site, callers: Site[]) => void): void {
    const names = Array.from({ length: count }, (_, i) => `c${i}`);
    const callers = Object.fromEntries(names.map((name) => [name, { peers: { hub: {} } }]));
    const world = new World({ seed: 1, sites: { hub: { peers: {} }, ...callers } });
    world.play(() =>
      body(
        world,
        world.site("hub"),
        names.map((name) => world.site(name)),
      ),
    );
  }

  it("is listed with his key and where he is, the latest first", () => {
    called(2, (world, hub, [first, second]) => {
      first?.transmit("hub");
      world.run(100);
      second?.transmit("hub");
      world.run(100);
      expect(hub.node.strangers(world.now)).toEqual([
        { publicKey: encodeKey(identityOf("c1").publicKey), endpoint: "192.0.2.3:51820", lastCall: 1_700_001_000_110 },
        { publicKey: encodeKey(identityOf("c0").publicKey), endpoint: "192.0.2.2:51820", lastCall: 1_700_001_000_010 },
      ]);
      world.run(SECOND * 1.4);
      expect(hub.node.strangers(world.now).map(({ endpoint }) => endpoint)).toEqual(["192.0.2.3:51820", "192.0.2.2:51820"]);
      expect(world.sentBy(hub)).toEqual([]);
    });
  });

  it("is told of once, and not more than one in ten seconds", () => {
    called(3, (world, hub, [first, second, third]) => {
      first?.transmit("hub");
      world.run(SECOND);
      second?.transmit("hub");
      world.run(9 * SECOND);
      expect(hub.strangers).toHaveLength(1);
      third?.transmit("hub");
      world.run(30 * SECOND);
      expect(hub.strangers.map(({ endpoint }) => endpoint)).toEqual(["192.0.2.2:51820", "192.0.2.4:51820"]);
    });
  });

  it("is forgotten ten minutes after his last call, or when eight others called since", () => {
    called(9, (world, hub, callers) => {
      for (const [i, caller] of callers.entries()) world.at(world.now + i * SECOND, () => void caller.transmit("hub"));
      world.drop(world.match("INIT"), 0);
      world.run(9 * SECOND);
      expect(hub.node.strangers(world.now)).toHaveLength(8);
      for (const caller of callers) caller.stop();
      const last = hub.node.strangers(world.now)[0]?.lastCall ?? 0;
      const boot = world.now - (1_700_000_000_000 + world.now - last);
      expect(hub.node.strangers(boot + 10 * MINUTE - 1)).not.toEqual([]);
      expect(hub.node.strangers(boot + 10 * MINUTE)).toEqual([]);
    });
  });

  it("is not listed for a key that he does not hold", () => {
    called(1, (world, hub, [caller]) => {
      caller?.transmit("hub");
      world.run(1);
      const init = world.transits[0]?.bytes.slice() ?? new Uint8Array();
      expect(init[0]).toBe(1);
      world.drop(world.match("INIT"));
      const identity = { ...identityOf("c0"), publicKey: identityOf("somebody").publicKey };
      Object.assign(caller ?? {}, { identity });
      caller?.restart();
      world.heal();
      caller?.transmit("hub");
      world.run(SECOND / 2);
      const listed = hub.node.strangers(world.now).map(({ publicKey }) => publicKey);
      expect(hub.node.drops().get("unknown-peer")).toBe(2);
      expect(listed).toEqual([encodeKey(identityOf("c0").publicKey)]);
    });
  });

  it("is looked at five times a second", () => {
    called(9, (world, hub, callers) => {
      for (const caller of callers) caller.transmit("hub");
      world.run(100);
      expect(hub.node.drops().get("unknown-peer")).toBe(9);
      expect(hub.node.strangers(world.now)).toHaveLength(5);
    });
  });
});

describe("trouble", () => {
  it("is told once for each reason, and again after there was a link", () => {
    twoSites({}, ({ world, a, b }) => {
      a.refuses = () => "EPERM";
      a.transmit("b");
      world.run(30 * SECOND);
      a.refuses = undefined;
      const heal = world.partition(a, b);
      world.run(30 * SECOND);
      a.refuses = () => "EPERM";
      world.run(20 * SECOND);
      expect(codes(a)).toEqual(["blocked", "no-answer"]);
      a.refuses = undefined;
      heal();
      world.run(6 * SECOND);
      expect(a.link("b").state).toBe("established");
      world.partition(a, b);
      for (let i = 0; i < 60; i++) world.at(world.now + i * SECOND, () => void a.transmit("b"));
      world.run(60 * SECOND);
      expect(codes(a)).toEqual(["blocked", "no-answer", "no-answer"]);
    });
  });

  it("of nobody answering is told when the peer is unreachable, not before", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.transmit("b");
      world.until(() => a.link("b").state === "unreachable");
      expect(codes(a)).toEqual([]);
      world.until(() => a.troubles.length > 0, 6 * SECOND);
      expect(a.troubles[0]?.reason).toMatchObject({ code: "no-answer", tries: 6 });
    });
  });

  it("that a session outlived ends with a word as well", () => {
    connectedSites({}, ({ world, a, b }) => {
      const heal = world.partition(a, b);
      for (let i = 0; i < 50; i++) world.at(world.now + i * SECOND, () => void a.transmit("b"));
      world.run(50 * SECOND);
      expect(codes(a)).toEqual(["no-answer"]);
      const before = a.notices.length;
      heal();
      world.run(6 * SECOND);
      expect(a.notices.slice(before).map(({ notice }) => notice)).toContain("established");
    });
  });

  it("is not that of an INIT that never left, however long", () => {
    twoSites({}, ({ world, a }) => {
      a.refuses = () => "ENETUNREACH";
      a.transmit("b");
      world.run(80 * SECOND);
      expect(codes(a)).toEqual(["no-route"]);
      expect(a.link("b")).toMatchObject({ state: "unreachable", reason: { code: "no-route" } });
    });
  });
});
