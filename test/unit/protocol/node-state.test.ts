import { describe, expect, it } from "vitest";
import { formatEndpoint } from "../../../src/base/endpoint.js";
import { MINUTE, SECOND } from "../../../src/base/time.js";
import { endpoint } from "../../sim/places.js";
import type { Site } from "../../sim/site.js";
import { connectedSites, twoSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";

const key = (fill: number) => new Uint8Array(32).fill(fill);

/** A site's state after each of some times, in seconds from now. */
function states(world: World, site: Site, other: string, times: readonly number[]): string[] {
  const start = world.now;
  return times.map((seconds) => {
    world.runUntil(start + seconds * SECOND);
    return site.link(other).state;
  });
}

describe("the state of a link", () => {
  it("is idle without traffic", () => {
    twoSites({}, ({ a }) => {
      expect(a.link("b")).toEqual({
        state: "idle",
        endpoint: a.link("b").endpoint,
        lastHandshake: 0,
        roundTrip: undefined,
        reason: undefined,
      });
      expect(a.endpointOf("b")).toBe("192.0.2.2:51820");
    });
  });

  it("is handshaking until the answer, then established", () => {
    twoSites({}, ({ world, a }) => {
      a.transmit("b");
      expect(states(world, a, "b", [0.001, 0.019, 0.021])).toEqual(["handshaking", "handshaking", "established"]);
      expect(a.link("b").roundTrip).toBeUndefined();
    });
  });

  it("is established for the other side with the first DATA", () => {
    twoSites({}, ({ world, a, b }) => {
      a.transmit("b");
      expect(states(world, b, "a", [0.029, 0.031])).toEqual(["idle", "established"]);
      expect(b.link("a").roundTrip).toBeUndefined();
    });
  });

  it("is unreachable after six INITs without an answer, and stays so when they are given up and tried again", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.transmit("b");
      expect(states(world, a, "b", [1.5, 10, 11.9])).toEqual(["handshaking", "handshaking", "handshaking"]);
      expect(a.link("b").reason).toMatchObject({ code: "no-answer", endpoint: "192.0.2.2:51820", tries: 4 });
      expect(states(world, a, "b", [15, 80, 120])).toEqual(["unreachable", "unreachable", "unreachable"]);
      a.transmit("b");
      expect(states(world, a, "b", [0.1, 5, 20])).toEqual(["unreachable", "unreachable", "unreachable"]);
      expect(a.link("b").reason).toMatchObject({ tries: 6 });
    });
  });

  it("is unreachable although a session serves, when it is not answered for long", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.transmit("b");
      expect(states(world, a, "b", [14, 20, 35, 43])).toEqual(["established", "established", "established", "unreachable"]);
      expect(states(world, a, "b", [80, 130])).toEqual(["unreachable", "unreachable"]);
    });
  });

  it("is established again with the next answer, without a reason", () => {
    twoSites({}, ({ world, a, b }) => {
      const heal = world.partition(a, b);
      a.transmit("b");
      world.run(20 * SECOND);
      heal();
      world.run(6 * SECOND);
      expect(a.link("b")).toMatchObject({ state: "established", reason: undefined });
      world.partition(a, b);
      world.runUntil(1_000_000 + 250 * SECOND);
      expect(a.link("b")).toMatchObject({ state: "idle", reason: undefined });
      a.transmit("b");
      world.run(SECOND / 2);
      expect(a.link("b").state).toBe("handshaking");
    });
  });

  it("is idle once the session has ended", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(200 * SECOND);
      expect([a.link("b").state, b.link("a").state]).toEqual(["idle", "idle"]);
    });
  });

  it("is nothing for a peer that there is not", () => {
    twoSites({}, ({ world, a }) => {
      expect(a.node.link(7, world.now)).toBeUndefined();
      a.input({ type: "no-session", peer: 7 });
      expect(a.node.nextDeadline()).toBeUndefined();
    });
  });
});

describe("the reason", () => {
  it("is a refused answer while answers do not authenticate, told once", () => {
    twoSites({ b: { presharedKey: key(1) } }, ({ world, a }) => {
      a.transmit("b");
      world.run(0.5 * SECOND);
      expect(a.link("b")).toMatchObject({ state: "handshaking", reason: { code: "refused-answer", endpoint: "192.0.2.2:51820" } });
      world.until(() => world.sentBy(a, "INIT").length === 3);
      expect(a.link("b").reason?.code).toBe("refused-answer");
      world.run(2 * MINUTE);
      expect(a.link("b")).toMatchObject({ state: "unreachable", reason: { code: "refused-answer" } });
      expect(a.troubles.map(({ reason }) => reason.code)).toEqual(["refused-answer"]);
    });
  });

  it("is no answer once a later call gets none at all", () => {
    twoSites({ b: { presharedKey: key(1) } }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(2 * MINUTE);
      b.stop();
      a.transmit("b");
      world.run(5 * SECOND);
      expect(a.link("b").reason).toMatchObject({ code: "no-answer", tries: 3 });
    });
  });

  it("is a refused answer for an INIT outside of a call too", () => {
    twoSites({ b: { presharedKey: key(1) } }, ({ world, a, b }) => {
      a.input({ type: "unknown-index", source: b.address });
      world.run(SECOND);
      expect(a.link("b").reason?.code).toBe("refused-answer");
      expect(a.notices).toEqual([]);
    });
  });

  it("is none before the first INIT of a call had time to be answered", () => {
    twoSites({}, ({ world, a, b }) => {
      world.partition(a, b);
      a.input({ type: "unknown-index", source: b.address });
      a.transmit("b");
      world.run(0.9 * SECOND);
      expect(world.sentBy(a, "INIT")).toHaveLength(2);
      expect(a.link("b")).toMatchObject({ state: "handshaking", reason: undefined });
    });
  });

  it("is what the kernel said when it refused to send", () => {
    twoSites({}, ({ world, a }) => {
      a.refuses = () => "EPERM";
      a.transmit("b");
      world.run(30 * SECOND);
      expect(a.link("b")).toMatchObject({
        state: "unreachable",
        reason: { code: "blocked", endpoint: "192.0.2.2:51820", error: "EPERM" },
      });
      a.refuses = undefined;
      world.run(6 * SECOND);
      expect(a.link("b")).toMatchObject({ state: "established", reason: undefined });
    });
  });

  it("is not touched by a failure that concerns no call", () => {
    twoSites({}, ({ world, a, b }) => {
      b.refuses = () => "EPERM";
      a.transmit("b");
      world.run(5 * SECOND);
      expect(b.link("a")).toMatchObject({ state: "idle", reason: undefined });
      a.input({ type: "send-failed", peer: 0, to: b.address, error: "EPERM" });
      expect(a.link("b").reason).toEqual({ code: "blocked", endpoint: "192.0.2.2:51820", error: "EPERM" });
    });
  });

  it("is not touched by a failure of a RESP during a call", () => {
    twoSites({}, ({ world, a, b }) => {
      const stranger = endpoint("203.0.113.66:666");
      const refused: string[] = [];
      world.partition(a, b);
      a.transmit("b");
      b.transmit("a");
      world.run(1.5 * SECOND);
      const before = a.link("b");
      expect(before).toMatchObject({ state: "handshaking", reason: { code: "no-answer", endpoint: "192.0.2.2:51820" } });
      a.refuses = (to) => {
        refused.push(formatEndpoint(to));
        return "EPERM";
      };
      world.inject(world.sentBy(b, "INIT")[0]?.bytes ?? new Uint8Array(), stranger, a.address);
      world.run(1);
      expect(refused).toEqual(["203.0.113.66:666"]);
      expect(a.link("b")).toEqual(before);
    });
  });

  it("is not touched by a failure while there is nowhere to send to", () => {
    twoSites({ a: { endpoint: "b.example:51820" } }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(SECOND / 2);
      a.input({ type: "send-failed", peer: 0, to: b.address, error: "EPERM" });
      expect(a.link("b").reason?.code).toBe("unresolved");
    });
  });

  it("of a name that does not resolve goes when it does", () => {
    twoSites({ a: { endpoint: "b.example:51820" } }, ({ world, a, b }) => {
      a.transmit("b");
      world.run(SECOND / 2);
      expect(a.link("b")).toMatchObject({ state: "handshaking", reason: { code: "unresolved", host: "b.example" }, endpoint: undefined });
      world.partition(a, b);
      a.input({ type: "resolved", peer: 0, endpoints: [b.address] });
      expect(a.link("b").reason).toBeUndefined();
    });
  });

  it("stays when something else resolves", () => {
    twoSites({ a: { endpoint: "b.example:51820" } }, ({ world, a, b }) => {
      world.names.set("b.example", [endpoint("192.0.2.77:1")]);
      a.transmit("b");
      world.run(SECOND * 1.5);
      expect(a.link("b").reason?.code).toBe("no-answer");
      a.input({ type: "resolved", peer: 0, endpoints: [b.address] });
      expect(a.link("b").reason?.code).toBe("no-answer");
      a.input({ type: "resolved", peer: 0, endpoints: [] });
      expect(a.link("b").reason?.code).toBe("no-answer");
    });
  });

  it("is none for a peer without a name, whatever does not resolve, and nothing is asked again", () => {
    twoSites({ a: { endpoint: "none" } }, ({ a }) => {
      a.input({ type: "resolved", peer: 0, endpoints: [] });
      expect(a.link("b")).toMatchObject({ state: "idle", reason: undefined });
      expect(a.node.nextDeadline()).toBeUndefined();
    });
  });

  it("is told for a name that does not resolve though nobody calls, until it does", () => {
    twoSites({ a: { endpoint: "b.example:51820" } }, ({ a, b }) => {
      a.input({ type: "resolved", peer: 0, endpoints: [] });
      expect(a.link("b")).toMatchObject({ state: "unreachable", reason: { code: "unresolved", host: "b.example" } });
      a.input({ type: "resolved", peer: 0, endpoints: [b.address] });
      expect(a.link("b")).toMatchObject({ state: "idle", reason: undefined });
      expect(a.endpointOf("b")).toBe("192.0.2.2:51820");
      expect(a.node.nextDeadline()).toBeUndefined();
    });
  });
});
