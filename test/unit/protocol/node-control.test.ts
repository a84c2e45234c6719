import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import type { Effect } from "../../../src/protocol/effects.js";
import { encodeControl } from "../../../src/protocol/wire/control.js";
import { KIND } from "../../../src/protocol/wire/kinds.js";
import { currentOf, tell } from "../../sim/challenges.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

const hello = (innerMtu: number, agent = "tunvpn/other") => encodeControl({ type: "hello", agent, innerMtu });

/** A site opened a control message of the other one. */
function opened(world: World, site: Site, source: Site, plaintext: Uint8Array): Effect[] {
  return tell(world, site, { type: "opened", index: currentOf(site), kind: KIND.control, plaintext, source: source.address });
}

describe("HELLO", () => {
  it("is sent once a session by each side, and tells the other's program and MTU", () => {
    connectedSites({ ofB: { innerMtu: 1280 } }, ({ world, a, b }) => {
      expect(a.link("b").hello).toEqual({ agent: "tunvpn/b", innerMtu: 1280 });
      expect(b.link("a").hello).toEqual({ agent: "tunvpn/a", innerMtu: 1420 });
      world.run(60 * SECOND);
      expect([world.sentBy(a, "CONTROL").length, world.sentBy(b, "CONTROL").length]).toEqual([1, 1]);
      a.input({ type: "rekey", index: currentOf(a) });
      world.run(SECOND);
      expect([world.sentBy(a, "CONTROL").length, world.sentBy(b, "CONTROL").length]).toEqual([2, 2]);
    });
  });

  it("is not known before it came", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match("CONTROL", b));
      expect(a.link("b").hello).toBeUndefined();
      a.transmit("b");
      world.run(SECOND);
      expect([a.link("b").hello, a.link("b").state]).toEqual([undefined, "established"]);
    });
  });

  it("with another MTU than ours is told of once, until it changes", () => {
    connectedSites({ ofB: { innerMtu: 1280 } }, ({ world, a, b }) => {
      const told = (site: Site) => site.notices.filter(({ notice }) => notice === "mtu-differs").length;
      expect([told(a), told(b)]).toEqual([1, 1]);
      opened(world, a, b, hello(1280));
      expect(told(a)).toBe(1);
      opened(world, a, b, hello(1400));
      expect(told(a)).toBe(2);
      opened(world, a, b, hello(1420));
      expect(told(a)).toBe(2);
      opened(world, a, b, hello(1280));
      expect(told(a)).toBe(3);
    });
  });

  it("with the same MTU is no news", () => {
    connectedSites({}, ({ a, b }) => {
      expect([...a.notices, ...b.notices].map(({ notice }) => notice)).toEqual(["handshake-started", "established", "established"]);
    });
  });
});

describe("a control message", () => {
  it.each([
    ["that is no CBOR", Uint8Array.of(0xff), "malformed"],
    ["that breaks a limit", Uint8Array.of(0xa1, 0x00, 0x9f, 0xff), "malformed"],
    ["without a type", Uint8Array.of(0xa0), "malformed"],
    ["that lacks a key", Uint8Array.of(0xa1, 0x00, 0x01), "malformed"],
    ["that is too long", new Uint8Array(1201), "length"],
    ["of an unknown type", Uint8Array.of(0xa1, 0x00, 0x18, 0x63), "control"],
  ])("%s is dropped, and counted as its reason", (_, plaintext, reason) => {
    connectedSites({}, ({ world, a, b }) => {
      expect(opened(world, b, a, plaintext)).toEqual([]);
      expect([...b.node.drops()]).toEqual([[reason, 1]]);
      expect(b.link("a").hello).toEqual({ agent: "tunvpn/a", innerMtu: 1420 });
    });
  });

  it("is read 20 times a second, whatever it holds", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(SECOND);
      for (let i = 0; i < 30; i++) opened(world, b, a, i < 10 ? Uint8Array.of(0xff) : hello(1300 + i));
      expect(Object.fromEntries(b.node.drops())).toEqual({ malformed: 10, rate: 10 });
      expect(b.link("a").hello?.innerMtu).toBe(1319);
      world.run(SECOND / 2);
      for (let i = 0; i < 11; i++) opened(world, b, a, hello(1400 + i));
      expect(b.link("a").hello?.innerMtu).toBe(1409);
    });
  });
});
