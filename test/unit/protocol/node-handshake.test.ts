import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import { CAPABILITY } from "../../../src/protocol/wire/capabilities.js";
import { COOKIE_BYTES, MESSAGE, VERSION } from "../../../src/protocol/wire/layouts.js";
import { identityOf } from "../../sim/places.js";
import { quickSuite } from "../../sim/suite.js";
import { connectedSites, twoSites } from "../../sim/two-sites.js";
import { World } from "../../sim/world.js";

const { l2, l3, probe, control } = CAPABILITY;
const key = (fill: number) => new Uint8Array(32).fill(fill);

describe("a cold start", () => {
  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("from %s is one round trip, with the packet behind it", (caller, callee) => {
    twoSites({}, ({ world }) => {
      const packet = world.site(caller).transmit(callee);
      world.run(SECOND / 2);
      expect(world.site(callee).delivered).toMatchObject([{ id: packet, at: 1_000_030 }]);
      // Each asks for the round trip and greets; the callee challenges the address that it adopted.
      const labels = ["INIT", "RESP", "DATA", "PROBE", "CONTROL", "EMPTY", "PROBE", "CONTROL", "PROBE", "PROBE", "PROBE", "PROBE"];
      expect(world.transits.map(({ label }) => label)).toEqual(labels);
      expect(world.transits.every(({ fate }) => fate === "arrived")).toBe(true);
    });
  });

  it("does not happen without traffic", () => {
    twoSites({}, ({ world, a, b }) => {
      world.run(600 * SECOND);
      expect(world.transits).toEqual([]);
      expect([a.node.nextDeadline(), b.node.nextDeadline()]).toEqual([undefined, undefined]);
    });
  });

  it("sends all that was staged, in order", () => {
    twoSites({}, ({ world, a, b }) => {
      const packets = Array.from({ length: 128 }, () => a.transmit("b"));
      world.run(SECOND / 2);
      expect(b.delivered.map(({ id }) => id)).toEqual(packets);
    });
  });

  it("is what someone who waits for the peer gets without traffic: a keepalive in place of the packet", () => {
    twoSites({}, ({ world, a, b }) => {
      a.input({ type: "connect", peer: 0 });
      world.run(SECOND / 2);
      const labels = ["INIT", "RESP", "EMPTY", "PROBE", "CONTROL", "EMPTY", "PROBE", "CONTROL", "PROBE", "PROBE", "PROBE", "PROBE"];
      expect(world.transits.map(({ label }) => label)).toEqual(labels);
      expect([a.link("b").state, b.link("a").state]).toEqual(["established", "established"]);
    });
  });

  it("is not repeated for one who waits while there is a session", () => {
    connectedSites({}, ({ world, a }) => {
      a.input({ type: "connect", peer: 0 });
      a.input({ type: "no-session", peer: 0 });
      world.run(SECOND);
      expect(world.sentBy(a, "INIT")).toHaveLength(1);
    });
  });

  it("tells when the handshake was", () => {
    twoSites({}, ({ world, a, b }) => {
      expect(a.link("b").lastHandshake).toBe(0);
      a.transmit("b");
      world.run(SECOND);
      expect([a.link("b").lastHandshake, b.link("a").lastHandshake]).toEqual([1_700_001_000_020, 1_700_001_000_030]);
    });
  });
});

describe("a lost message", () => {
  it.each([
    ["INIT", 1],
    ["RESP", 1],
  ] as const)("%s costs a second", (label, seconds) => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match(label), 1);
      const packet = a.transmit("b");
      const took = world.until(() => b.has(packet));
      expect(took).toBeGreaterThanOrEqual(seconds * SECOND);
      expect(took).toBeLessThan(seconds * SECOND + 334 + 40);
      world.run(20 * SECOND);
      expect(b.plane.sessions.size).toBe(1);
    });
  });

  it.each([
    ["DATA", "the PING behind it", 1, 0],
    ["DATA, PING and HELLO", "an empty packet after a second", 3, SECOND],
  ])("%s that would have confirmed is made up for by %s", (_, _by, lost, later) => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.sealed(a), lost);
      a.transmit("b");
      expect(world.until(() => b.link("a").state === "established")).toBe(20 + later + 10);
      const late = b.transmit("a");
      world.run(SECOND);
      expect(a.has(late)).toBe(true);
    });
  });

  it("is never repeated: another INIT is another handshake", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match("RESP"), 2);
      a.transmit("b");
      world.run(5 * SECOND);
      const inits = world.sentBy(a, "INIT");
      expect(inits).toHaveLength(3);
      expect(new Set(inits.map(({ bytes }) => Buffer.from(bytes.subarray(4, 40)).toString("hex"))).size).toBe(3);
      expect(b.link("a").state).toBe("established");
    });
  });
});

describe("the keys of a session", () => {
  it("are wiped once their subkeys are made, on both sides", () => {
    const keys = new Set<Uint8Array>();
    const hsalsa20 = (key: Uint8Array, input: Uint8Array) => {
      keys.add(key);
      return quickSuite.hsalsa20(key, input);
    };
    const world = new World({ seed: 1, sites: { a: { peers: { b: {} } }, b: { peers: { a: {} } } }, suite: { ...quickSuite, hsalsa20 } });
    world.site("a").transmit("b");
    world.run(SECOND);
    expect(world.site("b").delivered).toHaveLength(1);
    expect([...keys].map((key) => key.some((byte) => byte !== 0))).toEqual([false, false, false, false]);
  });
});

describe("what does not match", () => {
  it.each([
    ["a pre-shared key", { a: { presharedKey: key(1) } }, "RESP", "a", "auth"],
    ["a network key", { ofA: { network: { name: "", key: key(1) } } }, "nothing", "b", "mac1"],
    ["a network name", { ofA: { network: { name: "x", key: key(0) } } }, "nothing", "b", "auth"],
    ["the responder's public key", { a: { publicKey: identityOf("c").publicKey } }, "nothing", "b", "mac1"],
    ["the initiator's public key", { b: { publicKey: identityOf("c").publicKey } }, "nothing", "b", "unknown-peer"],
    [
      "the layer",
      { ofA: { capabilities: l2 | probe | control }, ofB: { capabilities: l3 | probe | control } },
      "nothing",
      "b",
      "capabilities",
    ],
  ] as const)("in %s: no session, and the answer is %s", (_, options, answered, dropper, reason) => {
    twoSites(options, ({ world, a, b }) => {
      a.transmit("b");
      world.run(8 * SECOND);
      const answers = world.sentBy(b).map(({ label }) => label);
      expect(new Set(answers)).toEqual(new Set(answered === "nothing" ? [] : ["RESP"]));
      expect(world.site(dropper).node.drops().get(reason)).toBe(world.sentBy(a, "INIT").length);
      expect(a.plane.sessions.size).toBe(0);
      world.drop(world.match("INIT"));
      world.run(20 * SECOND);
      expect(b.plane.sessions.size).toBe(0);
      expect(b.link("a").state).toBe("idle");
    });
  });

  it("is none of the node's business when it is no handshake message", () => {
    twoSites({}, ({ a, b }) => {
      a.input({ type: "message", datagram: Uint8Array.of(9), source: b.address });
      expect(a.node.drops().get("type")).toBe(1);
    });
  });

  it("is a COOKIE, which counts as such and changes nothing", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.transmit("b");
      world.run(1);
      const before = [a.link("b"), a.node.nextDeadline()];
      const cookie = new Uint8Array(COOKIE_BYTES);
      cookie.set([MESSAGE.cookie, VERSION]);
      a.receive(cookie, b.address);
      world.run(1);
      expect([...a.node.drops()]).toEqual([["cookie", 1]]);
      expect([a.link("b"), a.node.nextDeadline()]).toEqual(before);
    });
  });
});

describe("two sites of layer 2", () => {
  const layer2 = { capabilities: l2 | probe | control };

  it("keep their link with empty frames", () => {
    twoSites({ ofA: layer2, ofB: layer2 }, ({ world, a, b }) => {
      a.input({ type: "connect", peer: 0 });
      world.drop((transit) => transit.from === b.address && transit.label !== "RESP");
      world.run(5 * SECOND);
      const empties = world.sentBy(a, "EMPTY");
      expect(empties.map(({ bytes }) => bytes[1])).toEqual([0x10, 0x10, 0x10, 0x10]);
      expect([a.plane.drops.size, b.plane.drops.size]).toEqual([0, 0]);
    });
  });
});
