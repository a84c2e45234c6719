import { describe, expect, it } from "vitest";
import { type IpAddress, parseAddress } from "../../../src/base/address.js";
import { formatEndpoint } from "../../../src/base/endpoint.js";
import { parsePrefix } from "../../../src/base/prefix.js";
import { SECOND } from "../../../src/base/time.js";
import type { HostChange } from "../../../src/protocol/effects.js";
import { decodeProbe } from "../../../src/protocol/wire/probe.js";
import { EVE, respondFrom, SETTLED } from "../../sim/challenges.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, twoSites } from "../../sim/two-sites.js";
import { World } from "../../sim/world.js";

const ANYTHING: HostChange = { what: "anything" };

function address(text: string): IpAddress {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

function route(text: string): HostChange {
  const network = parsePrefix(text);
  if (network === undefined) throw new Error(text);
  return { what: "route", network };
}

const came = (text: string, on = 2): HostChange => ({ what: "address", address: address(text), interface: on });
const went = (text: string, on = 2): HostChange => ({ what: "address-gone", address: address(text), interface: on });

function changed(site: Site, ...changes: readonly HostChange[]): void {
  for (const change of changes) site.input({ type: "host-changed", change });
}

/** Probes that a site sent, in ms since a time. */
function probes(world: World, site: Site, since: number): number[] {
  return world.sentBy(site, "PROBE").flatMap(({ at }) => (at >= since ? [at - since] : []));
}

/** Whether a site says "I moved" for a change. */
function says(change: HostChange): boolean {
  let said = false;
  connectedSites({}, ({ world, a }) => {
    const start = world.now;
    changed(a, change);
    world.run(SECOND / 2);
    said = probes(world, a, start).length > 0;
  });
  return said;
}

describe("a node whose host got another address", () => {
  it.each([
    ["the initiator", "a", "b"],
    ["the responder", "b", "a"],
  ])("%s is followed within half a second, though it has nothing to send", (_, moving, staying) => {
    connectedSites({}, ({ world }) => {
      world.run(SETTLED);
      const [mover, other] = [world.site(moving), world.site(staying)];
      const to = world.moveAddress(mover);
      changed(mover, ANYTHING);
      expect(world.until(() => other.endpointOf(moving) === formatEndpoint(to))).toBe(100 + 10 + 200);
      const packet = other.transmit(moving);
      world.run(SECOND);
      expect(mover.has(packet)).toBe(true);
      expect(world.sentBy(mover, "INIT").length + world.sentBy(other, "INIT").length).toBe(1);
      expect([...mover.node.drops(), ...other.node.drops()]).toEqual([]);
    });
  });

  it("is believed although its old address still answers, since it says that it moved", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(SETTLED);
      const old = a.address;
      const to = world.newAddress();
      world.listen(to, (bytes) => a.receive(bytes, b.address));
      world.tap(({ bytes, from }) => {
        if (from === old && world.now > 1_031_200) world.inject(bytes, to, b.address);
      });
      changed(a, ANYTHING);
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(to));
    });
  });

  it("says so once for what changes within 100 ms, under a token of its own", () => {
    connectedSites({}, ({ world, a }) => {
      const start = world.now;
      changed(a, went("192.0.2.1"));
      world.run(60);
      changed(a, came("192.0.2.9"), route("0.0.0.0/0"));
      expect(probes(world, a, start)).toEqual([]);
      world.run(10 * SECOND);
      expect(probes(world, a, start)).toEqual([100]);
      const effects = a.node.handle({ type: "host-changed", change: ANYTHING }, { boot: world.now, real: 0 });
      expect(effects).toEqual([]);
      const [word, ...more] = a.node.handleDeadline({ boot: world.now + 100, real: 0 });
      expect(more).toEqual([]);
      expect(word?.type === "seal" && decodeProbe(word.plaintext)).toMatchObject({ op: "pathChallenge", moved: true });
      expect(word).not.toHaveProperty("to");
    });
  });

  it("says so to all peers, and to no one without a session", () => {
    const world = new World({
      seed: 1,
      sites: { a: { peers: { b: {}, c: {}, d: {} } }, b: { peers: { a: {} } }, c: { peers: { a: {} } }, d: { peers: { a: {} } } },
    });
    world.play(() => {
      const a = world.site("a");
      a.transmit("b");
      world.site("c").transmit("a");
      world.run(SECOND);
      const start = world.now;
      changed(a, ANYTHING);
      world.run(100);
      const told = world.transits.filter(({ at, label, from }) => at >= start && label === "PROBE" && from === a.address);
      expect(told.map(({ to }) => to)).toEqual([world.site("b").address, world.site("c").address]);
    });
  });

  it("repeats itself until it is answered, and once more when an address that it left before is held down no longer", () => {
    connectedSites({}, ({ world, a, b }) => {
      const start = world.now;
      world.partition(a, b);
      changed(a, ANYTHING);
      world.run(30 * SECOND);
      expect(probes(world, a, start)).toEqual([100, 1100, 3100, 7100, 11_100]);
      world.heal();
      const again = world.now;
      changed(a, ANYTHING);
      world.run(30 * SECOND);
      expect(probes(world, a, again)).toEqual([100, 11_100]);
    });
  });

  it("does not take an answer from elsewhere, or to another word, for the answer", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(SETTLED);
      world.drop(world.match("PROBE", b));
      const start = world.now;
      changed(a, ANYTHING);
      world.run(50);
      const word = a.node.handleDeadline({ boot: start + 100, real: 0 }).find((effect) => effect.type === "seal");
      const token = new DataView(word?.plaintext.buffer ?? new ArrayBuffer(16)).getBigUint64(8, true);
      respondFrom(a, EVE, token);
      respondFrom(a, b.address, token + 1n);
      expect(a.node.drops().get("unsolicited")).toBe(2);
      world.run(2 * SECOND);
      expect(probes(world, a, start)).toEqual([1100]);
      respondFrom(a, b.address, token);
      expect(a.node.drops().get("unsolicited")).toBe(2);
      world.run(20 * SECOND);
      expect(probes(world, a, start)).toEqual([1100, 11_100]);
    });
  });

  it("says nothing more when the session ends meanwhile", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("PROBE"));
      changed(a, ANYTHING);
      world.run(200);
      b.down();
      world.run(SECOND / 2);
      const start = world.now;
      world.run(20 * SECOND);
      expect(probes(world, a, start)).toEqual([]);
      expect(a.node.nextDeadline()).toBeUndefined();
    });
  });

  it("comes back to the address that it left a moment before, once that is held down no longer", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(SETTLED);
      const first = a.address;
      world.moveAddress(a);
      changed(a, ANYTHING);
      world.run(2 * SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
      world.moveAddress(a, first);
      changed(a, ANYTHING);
      expect(world.until(() => b.endpointOf("a") === formatEndpoint(first))).toBe(11_000 + 100 + 10 + 200);
    });
  });
});

describe("what concerns a peer", () => {
  it.each<[string, HostChange, boolean]>([
    ["an address of its family", came("198.51.100.1"), true],
    ["one that goes", went("198.51.100.1"), true],
    ["one of the other family", came("2001:db8::9"), false],
    ["the default route", route("0.0.0.0/0"), true],
    ["that of the other family", route("::/0"), false],
    ["a route to where it is", route("192.0.2.0/29"), true],
    ["a route to somewhere else", route("198.51.100.0/24"), false],
    ["nobody knows what", ANYTHING, true],
  ])("%s", (_, change, concerns) => {
    expect(says(change)).toBe(concerns);
  });

  it.each<[string, HostChange, boolean]>([
    ["is at a link-local address", came("fe80::1"), true],
    ["is at a link-local address, of another one", came("2001:db8::1"), true],
    ["is at an address of the other family", came("10.0.0.1"), false],
  ])("that %s", (_, change, concerns) => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(SETTLED);
      const to = { address: address("fe80::77"), port: 7000, scope: 2 };
      world.moveAddress(b, to);
      b.transmit("a");
      world.run(SECOND);
      expect(a.endpointOf("b")).toBe(formatEndpoint(to));
      // The address that the file names is IPv4's.
      const told = a.node.handle({ type: "host-changed", change }, { boot: world.now, real: 0 }).length;
      const start = world.now;
      world.run(SECOND / 2);
      expect([told, probes(world, a, start).length > 0]).toEqual([0, concerns || change === undefined]);
    });
  });

  it("is a link-local address of ours only for a peer at one", () => {
    expect(says(came("fe80::1"))).toBe(false);
  });

  it("is everything, when it is more than is looked at one by one", () => {
    const routes = Array.from({ length: 65 }, (_, i) => route(`10.${i}.0.0/16`));
    connectedSites({}, ({ world, a }) => {
      const start = world.now;
      changed(a, ...routes.slice(1));
      world.run(SECOND);
      expect(probes(world, a, start)).toEqual([]);
      changed(a, ...routes);
      world.run(SECOND);
      expect(probes(world, a, start)).toEqual([SECOND + 100]);
    });
  });
});

describe("an address that the kernel tells of again", () => {
  /** When A says something, where each change comes 20 s after the last. */
  function times(...changes: readonly HostChange[]): number[] {
    let found: number[] = [];
    connectedSites({}, ({ world, a }) => {
      const start = world.now;
      changes.forEach((change, i) => {
        world.at(start + i * SECOND, () => changed(a, change));
      });
      world.run(changes.length * SECOND);
      found = [...new Set(probes(world, a, start).flatMap((time) => (time % SECOND === 100 ? [Math.floor(time / SECOND)] : [])))];
    });
    return found;
  }

  it("is no news, unless it went meanwhile or is on another interface", () => {
    const other = came("198.51.100.9");
    expect(times(came("198.51.100.1"), came("198.51.100.1"), other, came("198.51.100.1"))).toEqual([0, 2]);
    expect(times(came("198.51.100.1"), went("198.51.100.1"), came("198.51.100.1"))).toEqual([0, 1, 2]);
    expect(times(came("198.51.100.1"), came("198.51.100.1", 3))).toEqual([0, 1]);
  });

  it("is forgotten when there are too many", () => {
    const many = Array.from({ length: 1024 }, (_, i) => came(`10.0.${i >> 8}.${i & 255}`));
    connectedSites({}, ({ world, a }) => {
      changed(a, ...many);
      world.run(20 * SECOND);
      const start = world.now;
      changed(a, came("10.0.3.255"));
      world.run(SECOND);
      expect(probes(world, a, start)).toEqual([]);
      changed(a, came("10.1.0.0"), came("10.0.3.255"));
      world.run(SECOND);
      expect(probes(world, a, start)).toEqual([SECOND + 100]);
    });
  });
});

describe("a host that changes without end", () => {
  it("makes three rounds a second at most", () => {
    connectedSites({}, ({ world, a }) => {
      const start = world.now;
      for (let i = 0; i < 400; i++) world.at(start + i * 25, () => changed(a, ANYTHING));
      world.run(10 * SECOND);
      const rounds = probes(world, a, start).length;
      expect(rounds).toBeGreaterThan(25);
      expect(rounds).toBeLessThanOrEqual(33);
    });
  });
});

describe("a call", () => {
  it("that is under way goes on at once when there is another way", () => {
    twoSites({}, ({ world, a, b }) => {
      const heal = world.partition(a, b);
      a.transmit("b");
      world.run(14 * SECOND);
      heal();
      changed(a, route("0.0.0.0/0"));
      expect(world.until(() => a.link("b").state === "established")).toBe(100 + 20);
    });
  });

  it("that waits to be begun again begins at once", () => {
    twoSites({ a: { persistentKeepalive: 25 * SECOND } }, ({ world, a, b }) => {
      const heal = world.partition(a, b);
      world.until(() => a.notices.at(-1)?.notice === "gave-up", 100 * SECOND);
      heal();
      changed(a, route("0.0.0.0/0"));
      expect(world.until(() => a.link("b").state === "established")).toBe(100 + 20);
    });
  });

  it("is not begun where nobody waits for one", () => {
    twoSites({}, ({ world, a }) => {
      changed(a, ANYTHING);
      world.run(SECOND);
      expect(world.transits).toEqual([]);
      expect(a.node.nextDeadline()).toBeUndefined();
    });
  });
});
