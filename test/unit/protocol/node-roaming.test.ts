import { describe, expect, it } from "vitest";
import { formatEndpoint } from "../../../src/base/endpoint.js";
import { SECOND } from "../../../src/base/time.js";
import type { Input } from "../../../src/protocol/effects.js";
import { KIND } from "../../../src/protocol/wire/kinds.js";
import { currentOf, EVE, moved, probe, respondFrom, SETTLED, tell, tokensOf } from "../../sim/challenges.js";
import { endpoint } from "../../sim/places.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, type TwoSites, talk, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

describe("a peer whose address changed", () => {
  it.each([
    ["the responder", "b", "a"],
    ["the initiator", "a", "b"],
  ])("%s is followed within the time of a challenge", (_, moving, staying) => {
    connectedSites({}, ({ world }) => {
      world.run(SETTLED);
      const [mover, other] = [world.site(moving), world.site(staying)];
      const address = world.moveAddress(mover);
      mover.transmit(staying);
      expect(world.until(() => other.endpointOf(moving) === formatEndpoint(address))).toBe(10 + 200);
      const packet = other.transmit(moving);
      world.run(SECOND);
      expect(mover.has(packet)).toBe(true);
      expect(other.notices.at(-1)?.notice).toBe("moved");
      expect(world.sentBy(other, "INIT").length + world.sentBy(mover, "INIT").length).toBe(1);
    });
  });

  it("is followed on a long path of which nothing is known", () => {
    twoSites({ link: { latency: 300 } }, ({ world, a, b }) => {
      world.drop(world.match("PROBE"));
      a.transmit("b");
      world.run(SETTLED);
      world.heal();
      expect(b.link("a").roundTrip).toBeUndefined();
      const address = world.moveAddress(a);
      a.transmit("b");
      expect(world.until(() => b.endpointOf("a") === formatEndpoint(address))).toBe(300 + 1000);
    });
  });

  it("is followed after two round trips where those are longer", () => {
    connectedSites({ link: { latency: 150 } }, ({ world, a, b }) => {
      world.run(SETTLED);
      expect(a.link("b").roundTrip).toBe(300);
      const address = world.moveAddress(b);
      b.transmit("a");
      expect(world.until(() => a.endpointOf("b") === formatEndpoint(address))).toBe(150 + 600);
    });
  });

  it("is followed after 3 s although an answer that was held back made the path seem long", () => {
    twoSites({}, ({ world, a, b }) => {
      world.delay(world.match("PROBE", a), 60 * SECOND);
      a.transmit("b");
      world.run(61 * SECOND);
      world.heal();
      expect(b.link("a").roundTrip).toBeGreaterThan(60 * SECOND);
      const address = world.moveAddress(a);
      a.transmit("b");
      expect(world.until(() => b.endpointOf("a") === formatEndpoint(address))).toBe(10 + 3 * SECOND);
    });
  });

  it.each([
    ["is believed although the old address answers, when the event comes before its word that it moved", "before"],
    ["is not believed while the old address answers, when the event comes after its word that it moved", "after"],
  ])("%s", (_, order) => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("PROBE"));
      world.run(SETTLED);
      const address = endpoint("198.51.100.9:9");
      const index = currentOf(b);
      const inputs: Input[] = [
        { type: "moved", index, source: address },
        { type: "opened", index, kind: KIND.probe, plaintext: probe("pathChallenge", { moved: true }), source: address },
      ];
      const tokens = tokensOf((order === "before" ? inputs : inputs.reverse()).flatMap((input) => tell(world, b, input)));
      respondFrom(b, a.address, tokens.get(formatEndpoint(a.address)));
      world.run(10);
      respondFrom(b, address, tokens.get(formatEndpoint(address)));
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(order === "before" ? address : a.address));
      expect(b.node.drops().size).toBe(0);
    });
  });

  it("is no candidate for its word in a packet that was withheld and released late", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(SETTLED);
      world.drop(world.match("PROBE", a), 1);
      a.carryOut([{ type: "seal", index: currentOf(a), kind: KIND.probe, plaintext: probe("pathChallenge", { moved: true }) }]);
      const withheld = world.sentBy(a, "PROBE").at(-1);
      a.transmit("b");
      world.run(SECOND);
      const released = world.now;
      world.inject(withheld?.bytes ?? new Uint8Array(), EVE, b.address);
      world.run(SECOND);
      // The answer to her, and neither a challenge of her nor one of A.
      expect(challenges(world, b, released)).toEqual([formatEndpoint(EVE)]);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
      expect(b.plane.drops.size + b.node.drops().size).toBe(0);
      expect(moved(world, b, EVE).size).toBe(2);
    });
  });

  it("is not believed for the word of another address", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.drop(world.match("PROBE"));
      world.run(SETTLED);
      const tokens = moved(world, b, EVE);
      const plaintext = probe("pathChallenge", { moved: true });
      tell(world, b, { type: "opened", index: currentOf(b), kind: KIND.probe, plaintext, source: endpoint("198.51.100.9:9") });
      respondFrom(b, EVE, tokens.get(formatEndpoint(EVE)));
      respondFrom(b, a.address, tokens.get(formatEndpoint(a.address)));
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
    });
  });
});

/** Someone on the path who delivers a copy of each of A's datagrams before the datagram itself, as if it were his. */
function copyAll({ world, a, b }: TwoSites): void {
  world.tap(({ from, bytes }) => {
    if (from === a.address) world.inject(bytes, EVE, b.address, 5);
  });
}

function challenges(world: World, from: Site, since: number): string[] {
  return world.sentBy(from, "PROBE").flatMap(({ at, to }) => (at >= since ? [formatEndpoint(to)] : []));
}

describe("one who copies packets", () => {
  it("does not win while the true address answers, however quick his copies are", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      copyAll(sites);
      for (let i = 0; i < 120; i++) world.at(world.now + i * SECOND, () => a.transmit("b"));
      world.run(120 * SECOND);
      expect(b.plane.drops.get("replay")).toBeGreaterThan(100);
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
      const packet = b.transmit("a");
      world.run(SECOND);
      expect(a.has(packet)).toBe(true);
    });
  });

  it("draws challenges at most once in 10 s", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      copyAll(sites);
      const start = world.now;
      for (let i = 0; i < 250; i++) world.at(start + i * 100, () => a.transmit("b"));
      world.run(25 * SECOND);
      expect(challenges(world, b, start).filter((to) => to === formatEndpoint(EVE))).toHaveLength(3);
    });
  });
});

describe("a peer without a configured endpoint", () => {
  it("is where the DATA came from that confirmed its session, and is challenged there", () => {
    twoSites({ b: { endpoint: "none" } }, ({ world, a, b }) => {
      expect(b.endpointOf("a")).toBeUndefined();
      a.transmit("b");
      world.run(25);
      expect(b.endpointOf("a")).toBeUndefined();
      world.run(5);
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
      expect(world.sentBy(b).map(({ label }) => label)).toEqual(["RESP", "EMPTY", "PROBE", "CONTROL", "PROBE", "PROBE"]);
      world.run(SECOND);
      expect(b.node.drops().size).toBe(0);
      // A PING, a PONG, and the answer to the challenge.
      expect(world.sentBy(a, "PROBE")).toHaveLength(3);
    });
  });

  it("answers that challenge once, from where it is", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match("PROBE", b));
      a.transmit("b");
      world.run(15);
      const [index = 0] = b.plane.sessions.keys();
      const token = tokensOf(tell(world, b, { type: "first-received", index, source: a.address })).get(formatEndpoint(a.address));
      expect(token).toBeDefined();
      for (const source of [EVE, a.address, a.address]) respondFrom(b, source, token);
      expect(b.node.drops().get("unsolicited")).toBe(2);
    });
  });

  it("is not where an INIT came from", () => {
    twoSites({ b: { endpoint: "none" } }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(1);
      const [init] = world.sentBy(a, "INIT");
      world.inject(init?.bytes ?? new Uint8Array(), EVE, b.address);
      world.run(SECOND);
      expect(world.sentBy(b, "RESP").map(({ to }) => formatEndpoint(to))).toEqual([formatEndpoint(EVE), "192.0.2.1:51820"]);
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
    });
  });

  it("stays where it is when a later session is confirmed from elsewhere, until that address won", () => {
    twoSites({ b: { endpoint: "none" } }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(SETTLED);
      const address = world.moveAddress(a);
      a.restart();
      a.transmit("b");
      world.until(() => b.notices.filter(({ notice }) => notice === "rekeyed").length === 1);
      expect(b.endpointOf("a")).toBe("192.0.2.1:51820");
      world.run(SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(address));
    });
  });

  it("keeps being contested for 30 s from its adoption, not from a rekey", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      talk(sites, 125);
      world.run(124 * SECOND);
      expect(world.sentBy(a, "INIT")).toHaveLength(2);
      world.drop(world.match("PROBE"));
      const tokens = moved(world, a, EVE);
      respondFrom(a, EVE, tokens.get(formatEndpoint(EVE)));
      world.run(10);
      respondFrom(a, b.address, tokens.get(formatEndpoint(b.address)));
      world.run(SECOND);
      expect(a.node.drops().size).toBe(0);
      expect(a.endpointOf("b")).toBe(formatEndpoint(b.address));
    });
  });
});
