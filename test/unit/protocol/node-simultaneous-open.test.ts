import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import { type TwoSites, talk, twoSites } from "../../sim/two-sites.js";

const EARLY = 0;
const LATE = 27;

/** Which of the six messages come late: INIT, RESP and DATA of each side. */
const ORDERS = Array.from({ length: 64 }, (_, bits) => [0, 1, 2, 3, 4, 5].map((bit) => ((bits >> bit) & 1 ? LATE : EARLY)));

function open(delays: readonly number[], body: (sites: TwoSites & { there: number; back: number }) => void): void {
  twoSites({}, (sites) => {
    const { world, a, b } = sites;
    (["INIT", "RESP", "DATA"] as const).forEach((label, i) => {
      world.delay(world.match(label, a), delays[i] ?? 0, 1);
      world.delay(world.match(label, b), delays[3 + i] ?? 0, 1);
    });
    const there = a.transmit("b");
    const back = b.transmit("a");
    body({ ...sites, there, back });
  });
}

describe("two sites that call each other at once", () => {
  it.each(ORDERS)("have a link both ways with delays of %i %i %i ms and %i %i %i ms", (...delays) => {
    open(delays, ({ world, a, b, there, back }) => {
      world.run(SECOND);
      expect([b.has(there), a.has(back)]).toEqual([true, true]);
      expect([a.link("b").state, b.link("a").state]).toEqual(["established", "established"]);
      const late = [a.transmit("b"), b.transmit("a")];
      world.run(20 * SECOND);
      expect([b.has(late[0] ?? 0), a.has(late[1] ?? 0)]).toEqual([true, true]);
      expect(world.transits.filter(({ label }) => label === "INIT").length).toBe(2);
      expect([a.plane.drops.size, b.plane.drops.size]).toEqual([0, 0]);
    });
  });

  it("hold both sessions, each sending under the one confirmed last, until the next rekey folds them into one", () => {
    open([0, 0, 0, 0, 0, 0], (sites) => {
      const { world, a, b } = sites;
      world.run(SECOND);
      expect([a.plane.sessions.size, b.plane.sessions.size]).toEqual([2, 2]);
      talk(sites, 400);
      world.run(185 * SECOND);
      expect([a.plane.sessions.size, b.plane.sessions.size]).toEqual([1, 1]);
      expect(world.transits.filter(({ label }) => label === "INIT").length).toBe(3);
      world.run(100 * SECOND);
      expect([a.plane.drops.size, b.plane.drops.size]).toEqual([0, 0]);
    });
  });

  it("stop calling once the other's session is confirmed", () => {
    twoSites({}, ({ world, a, b }) => {
      world.drop(world.match("INIT", a), 1);
      a.transmit("b");
      b.transmit("a");
      world.run(30 * SECOND);
      expect(world.sentBy(a, "INIT")).toHaveLength(1);
      expect(a.notices.map(({ notice }) => notice)).toEqual(["handshake-started", "established"]);
    });
  });

  it("take an answer that comes after the other's session was confirmed", () => {
    twoSites({}, ({ world, a, b }) => {
      world.delay(world.match("RESP", b), 3 * SECOND, 1);
      a.transmit("b");
      b.transmit("a");
      world.run(2 * SECOND);
      expect(a.plane.sessions.size).toBe(1);
      const [first] = world.sentBy(a, "INIT");
      world.run(2 * SECOND);
      expect(a.plane.sessions.size).toBe(2);
      expect(a.plane.currentOf(0)).toBe(first && new DataView(first.bytes.buffer).getUint32(4, true));
      expect(world.sentBy(a, "INIT")).toHaveLength(1);
    });
  });
});
