import { describe, expect, it } from "vitest";
import type { Effect, Input, SessionInstall } from "../../src/protocol/effects.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import { EVE, probe } from "./challenges.js";
import type { Site } from "./site.js";
import { connectedSites, type TwoSites, twoSites } from "./two-sites.js";
import { EndpointWatch } from "./watch-endpoints.js";

const to = (endpoint: typeof EVE): Effect => ({ type: "endpoint", peer: 0, endpoint });

/** A watch that saw how two sites made their session, and the sites. */
function watched(body: (watch: EndpointWatch, sites: TwoSites) => void): void {
  const watch = new EndpointWatch();
  twoSites({}, (sites) => {
    sites.world.observe(watch);
    sites.a.transmit("b");
    sites.world.run(100);
    body(watch, sites);
  });
}

function current(site: Site): number {
  return site.plane.currentOf(0) ?? 0;
}

function installOf(site: Site, index: number): SessionInstall {
  const session = site.plane.sessions.get(index);
  if (session === undefined) throw new Error("no session");
  return { ...session.install, sendSubkeys: new Uint8Array(), receiveSubkeys: new Uint8Array() };
}

function challenge(watch: EndpointWatch, site: Site, where: typeof EVE, token: bigint): void {
  watch.effect(site, { type: "seal", index: current(site), kind: KIND.probe, plaintext: probe("pathChallenge", { token }), to: where });
}

function response(site: Site, source: typeof EVE, token: bigint): Input {
  return { type: "opened", index: current(site), kind: KIND.probe, plaintext: probe("pathResponse", { token }), source };
}

describe("a peer's endpoint", () => {
  it("does not move without proof", () => {
    watched((watch, { a, b }) => {
      expect(() => watch.effect(b, to(EVE))).toThrow("b moved a to 203.0.113.66:666 unproven");
      expect(() => watch.effect(a, to(b.address))).toThrow("a moved b to 192.0.2.2:51820 unproven");
    });
  });

  it("moves to an address that answered its own challenge, once", () => {
    watched((watch, { b }) => {
      challenge(watch, b, EVE, 7n);
      expect(() => watch.effect(b, to(EVE))).toThrow("unproven");
      watch.input(b, response(b, EVE, 7n));
      watch.input(b, { type: "active", peer: 0 });
      watch.effect(b, to(EVE));
      expect(() => watch.effect(b, to(EVE))).toThrow("unproven");
    });
  });

  it.each<[string, (watch: EndpointWatch, sites: TwoSites) => void]>([
    ["another token", (watch, { b }) => watch.input(b, response(b, EVE, 8n))],
    ["another address", (watch, { a, b }) => watch.input(b, response(b, a.address, 7n))],
    ["another probe", (watch, { b }) => watch.input(b, { ...response(b, EVE, 7n), plaintext: probe("pong", { token: 7n }) } as Input)],
    [
      "a challenge that another one followed",
      (watch, { b }) => {
        watch.input(b, response(b, EVE, 7n));
        challenge(watch, b, EVE, 9n);
      },
    ],
  ])("does not move after an answer with %s", (_, answer) => {
    watched((watch, sites) => {
      challenge(watch, sites.b, EVE, 7n);
      answer(watch, sites);
      expect(() => watch.effect(sites.b, to(EVE))).toThrow("unproven");
    });
  });

  it("is not taken from confirming DATA when there is one, and from its source alone when there is none", () => {
    const watch = new EndpointWatch();
    twoSites({}, ({ world, a, b }) => {
      world.observe(watch);
      a.transmit("b");
      world.run(15);
      const [index = 0] = b.plane.sessions.keys();
      watch.input(b, { type: "first-received", index, source: EVE });
      expect(() => watch.effect(b, to(a.address))).toThrow("unproven");
      watch.effect(b, to(EVE));
      watch.input(b, { type: "first-received", index, source: a.address });
      expect(() => watch.effect(b, to(a.address))).toThrow("unproven");
      const other = new EndpointWatch();
      other.effect(b, { type: "install", session: { ...installOf(b, index), promote: true } });
      other.input(b, { type: "first-received", index, source: EVE });
      other.handled(b);
      expect(() => other.effect(b, to(EVE))).toThrow("unproven");
    });
  });
});

describe("a session of the caller", () => {
  it("is made of a RESP that the peer made to the INIT of its index", () => {
    connectedSites({}, ({ world, a, b }) => {
      const [response] = world.sentBy(b, "RESP");
      if (response === undefined) throw new Error("no RESP");
      const install = { type: "install", session: installOf(a, current(a)) } as const;
      const heard: Input = { type: "message", datagram: response.bytes, source: b.address };
      const sent: Effect = { type: "send", peer: 0, to: a.address, datagram: response.bytes };
      expect(() => new EndpointWatch().effect(a, install)).toThrow("without a RESP");

      const forged = new EndpointWatch();
      forged.input(a, heard);
      expect(() => forged.effect(a, install)).toThrow("without a RESP");

      const swapped = new EndpointWatch();
      swapped.effect(a, sent);
      swapped.input(a, heard);
      expect(() => swapped.effect(a, install)).toThrow("took a RESP of a for one of b");

      const genuine = new EndpointWatch();
      genuine.effect(b, sent);
      genuine.input(a, heard);
      expect(() => genuine.effect(a, install)).not.toThrow();
      expect(() => genuine.effect(a, { ...install, session: { ...install.session, index: 1 } })).toThrow("without a RESP");
    });
  });
});
