import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import { connectedSites, twoSites } from "../../sim/two-sites.js";

describe("the session's confirmation", () => {
  const times = [0, 1, 2, 4, 8].map((seconds) => 20 + seconds * SECOND);

  it("is sought at once and after 1, 2, 4 and 8 s", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.sealed(a));
      a.input({ type: "connect", peer: 0 });
      world.run(14 * SECOND);
      expect(world.sentBy(a, "EMPTY").map(({ at }) => at - 1_000_000)).toEqual(times);
      expect(b.link("a").state).toBe("idle");
    });
  });

  it("is not sought again once the responder was heard", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.sealed(b));
      a.input({ type: "connect", peer: 0 });
      world.run(2.5 * SECOND);
      world.heal();
      b.transmit("a");
      world.run(9 * SECOND);
      expect(world.sentBy(a, "EMPTY").map(({ at }) => at - 1_000_000)).toEqual(times.slice(0, 3));
    });
  });

  it("does not come from DATA under an older session", () => {
    connectedSites({}, ({ world, a, b }) => {
      world.run(130 * SECOND);
      world.drop(world.sealed(a));
      a.transmit("b");
      world.until(() => world.sentBy(a, "INIT").length === 2);
      world.run(20);
      const established = world.now;
      b.transmit("a");
      world.run(9 * SECOND);
      const repeats = world.sentBy(a, "EMPTY").filter(({ at }) => at >= established);
      expect(repeats.map(({ at }) => at - established)).toEqual([0, 1, 2, 4, 8].map((seconds) => seconds * SECOND));
    });
  });

  it("is told to the data plane once more when that says it has no session after all", () => {
    twoSites({}, ({ world, a }) => {
      a.input({ type: "connect", peer: 0 });
      world.run(SECOND);
      const inits = world.sentBy(a, "INIT").length;
      const empties = world.sentBy(a, "EMPTY").length;
      a.input({ type: "no-session", peer: 0 });
      world.run(SECOND);
      expect(world.sentBy(a, "EMPTY").length - empties).toBe(1);
      expect(world.sentBy(a, "INIT")).toHaveLength(inits);
    });
  });

  it("does not come from the first DATA of an older session either", () => {
    twoSites({}, ({ world, a, b }) => {
      world.delay(world.sealed(b), 3 * SECOND);
      a.input({ type: "connect", peer: 0 });
      world.run(40);
      world.drop(world.sealed(a));
      a.input({ type: "rekey", index: a.plane.currentOf(0) ?? 0 });
      world.run(20);
      const established = world.now;
      world.run(9 * SECOND);
      const repeats = world.sentBy(a, "EMPTY").filter(({ at }) => at >= established);
      expect(repeats.map(({ at }) => at - established)).toEqual([0, 1, 2, 4, 8].map((seconds) => seconds * SECOND));
      expect(a.plane.drops.size).toBe(0);
    });
  });

  it("is what a responder needs to send: until then it waits, and after 15 s it forgets", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.sealed(a));
      a.input({ type: "connect", peer: 0 });
      world.run(14.9 * SECOND);
      expect(b.plane.sessions.size).toBe(1);
      expect(world.sentBy(b).map(({ label }) => label)).toEqual(["RESP"]);
      world.run(0.2 * SECOND);
      expect(b.plane.sessions.size).toBe(0);
    });
  });

  it("is waited for by each pending session for itself", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match("RESP"));
      a.input({ type: "unknown-index", source: b.address });
      world.run(5 * SECOND);
      a.input({ type: "unknown-index", source: b.address });
      world.run(10.1 * SECOND);
      expect(b.plane.sessions.size).toBe(1);
      world.run(5 * SECOND);
      expect(b.plane.sessions.size).toBe(0);
    });
  });

  it("may be any message: one that outran the event of the first DATA is answered", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.sealed(a));
      a.input({ type: "connect", peer: 0 });
      world.run(30);
      const [index = 0] = b.plane.sessions.keys();
      const ping = Uint8Array.of(1, ...new Array<number>(15).fill(0));
      b.input({ type: "opened", index, kind: 0xe0, plaintext: ping, source: a.address });
      expect(b.link("a").state).toBe("established");
      expect(world.sentBy(b).map(({ label }) => label)).toEqual(["RESP", "EMPTY", "PROBE", "CONTROL", "PROBE", "PROBE"]);
      b.input({ type: "first-received", index, source: a.address });
      expect(world.sentBy(b)).toHaveLength(6);
    });
  });

  it.each([
    ["first-received", 1, "established"],
    ["first-received", 0, "idle"],
    ["opened", 1, "established"],
    ["opened", 0, "idle"],
  ] as const)("by %s, %i ms before its 15 s are over, at a node late for its deadline: %s", (type, before, state) => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match("RESP"));
      a.input({ type: "unknown-index", source: b.address });
      world.until(() => b.plane.sessions.size === 1);
      const [index = 0] = b.plane.sessions.keys();
      const event = { index, source: a.address };
      world.now += 15 * SECOND - before;
      b.input(type === "opened" ? { ...event, type, kind: 0xe0, plaintext: new Uint8Array(16) } : { ...event, type });
      expect(b.link("a").state).toBe(state);
      expect(b.plane.currentOf(0)).toBe(state === "idle" ? undefined : index);
      world.run(1);
      expect(b.plane.sessions.size).toBe(state === "idle" ? 0 : 1);
    });
  });
});
