import { describe, expect, it } from "vitest";
import { type Endpoint, formatEndpoint } from "../../../src/base/endpoint.js";
import { SECOND } from "../../../src/base/time.js";
import { EVE, moved, respondFrom, SETTLED } from "../../sim/challenges.js";
import { connectedSites, type TwoSites } from "../../sim/two-sites.js";

describe("a peer that moved to a longer path", () => {
  it.each([
    ["the responder", "b", "a"],
    ["the initiator", "a", "b"],
  ])("%s is followed, although the round trip of the old one is over long before an answer can come", (_, moving, staying) => {
    connectedSites({}, ({ world }) => {
      world.run(SETTLED);
      const [mover, other] = [world.site(moving), world.site(staying)];
      const address = world.moveAddress(mover);
      world.link = { ...world.link, latency: 300 };
      mover.transmit(staying);
      expect(world.until(() => other.endpointOf(moving) === formatEndpoint(address))).toBe(300 + 600);
    });
  });

  it("is waited for while neither address answers, and no longer than 3 s", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(SETTLED);
      world.drop(world.match("PROBE"));
      const early = moved(world, b, EVE);
      world.run(2999);
      expect(moved(world, b, EVE).size).toBe(0);
      world.run(1);
      respondFrom(b, EVE, early.get(formatEndpoint(EVE)));
      expect(b.node.drops().get("unsolicited")).toBe(1);
      expect(moved(world, b, EVE).size).toBe(0);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
    });
  });

  it("stays where it is when the old address is the first to answer late", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(SETTLED);
      world.drop(world.match("PROBE"));
      const tokens = moved(world, b, EVE);
      world.run(SECOND);
      respondFrom(b, a.address, tokens.get(formatEndpoint(a.address)));
      respondFrom(b, EVE, tokens.get(formatEndpoint(EVE)));
      world.run(3 * SECOND);
      expect(b.node.drops().get("unsolicited")).toBe(1);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
    });
  });
});

/** Someone who is quicker than the path in both directions: passes on to B what he is sent for A, and to B whatever A sends. */
function relayAll({ world, a, b }: TwoSites): void {
  world.listen(EVE, (bytes, from) => {
    if (formatEndpoint(from) === formatEndpoint(b.address)) world.inject(bytes, EVE, a.address, 1);
    else world.inject(bytes, EVE, b.address, 1);
  });
  world.tap(({ from, to, bytes }) => {
    const is = (one: Endpoint, other: Endpoint) => formatEndpoint(one) === formatEndpoint(other);
    if (is(from, a.address) && is(to, b.address)) world.inject(bytes, EVE, b.address, 5);
  });
}

describe("one who relays, and is quicker than the true path", () => {
  it("does not take the place of an address that answers and was adopted long ago", () => {
    connectedSites({}, (sites) => {
      const { world, a, b } = sites;
      world.run(SETTLED);
      relayAll(sites);
      for (let i = 0; i < 60; i++) world.at(world.now + i * SECOND, () => a.transmit("b"));
      world.run(60 * SECOND);
      expect(b.endpointOf("a")).toBe(formatEndpoint(a.address));
    });
  });
});
