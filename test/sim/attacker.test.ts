import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/base/time.js";
import { Attacker } from "./attacker.js";
import { damaged } from "./damage.js";
import { Seeded } from "./seeded.js";
import { connectedSites, type TwoSites, talk } from "./two-sites.js";

/** Two sites that talk for a minute, with an attacker that saw them connect and does one thing. */
function attacked(name: string, body: (sites: TwoSites) => void, seed = 1): void {
  connectedSites({ seed }, (sites) => {
    const { world } = sites;
    const attacker = new Attacker(world, new Seeded(seed));
    talk(sites, 60);
    world.run(10 * SECOND);
    attacker.begin(name);
    world.run(20 * SECOND);
    body(sites);
    attacker.stop();
    world.run(30 * SECOND);
    const forged = world.transits.filter(({ genuine }) => !genuine).length;
    world.run(30 * SECOND);
    expect(world.transits.filter(({ genuine }) => !genuine)).toHaveLength(forged);
  });
}

function forged({ world }: TwoSites): number {
  return world.transits.filter(({ genuine }) => !genuine).length;
}

function drops({ a, b }: TwoSites, reason: string): number {
  return [a, b].reduce(
    (sum, { plane, node }) => sum + (plane.drops.get(reason) ?? 0) + (new Map<string, number>(node.drops()).get(reason) ?? 0),
    0,
  );
}

describe("someone in the middle", () => {
  it.each(["replays in order", "replays shuffled", "replays from elsewhere", "replays what is old"])("%s", (name) => {
    attacked(name, (sites) => {
      expect(forged(sites)).toBeGreaterThan(0);
      expect(drops(sites, "replay") + drops(sites, "answered") + drops(sites, "index")).toBeGreaterThan(0);
    });
  });

  it.each(["damages copies", "damages what passes", "reflects", "sends noise", "replays from another's address"])("%s", (name) => {
    attacked(name, (sites) => {
      const reasons = ["auth", "length", "type", "kind", "version", "reserved", "counter", "index", "mac1", "replay"];
      expect(forged(sites)).toBeGreaterThan(0);
      expect(reasons.reduce((sum, reason) => sum + drops(sites, reason), 0)).toBeGreaterThan(0);
    });
  });

  it("knocks with a key of its own", () => {
    attacked("knocks with a key of its own", (sites) => expect(drops(sites, "unknown-peer")).toBe(1));
  });

  it("races, and is challenged", () => {
    attacked("races", ({ world }) => {
      const eve = (name: string | undefined) => name === "eve";
      const challenges = world.transits.filter(({ label, to, genuine }) => genuine && label === "PROBE" && eve(world.network.nameOf(to)));
      expect(challenges.length).toBeGreaterThan(0);
    });
  });

  it.each(["drops", "holds back and releases from elsewhere"])("%s", (name) => {
    const lost = [1, 2, 3, 4].map((seed) => {
      let count = 0;
      attacked(
        name,
        ({ world }) => {
          count = world.transits.filter(({ fate }) => fate === "lost").length;
        },
        seed,
      );
      return count;
    });
    expect(Math.max(...lost)).toBeGreaterThan(0);
  });

  it("delays", () => {
    const late = [1, 2, 3, 4].map((seed) => {
      let count = 0;
      attacked(
        "delays",
        ({ world, a, b }) => {
          count = [...a.delivered, ...b.delivered].filter(({ at }) => (at % SECOND) % 1 !== 0).length;
          expect(world.transits.length).toBeGreaterThan(0);
        },
        seed,
      );
      return count;
    });
    expect(Math.max(...late)).toBeGreaterThan(0);
  });

  it("does all of it by chance", () => {
    connectedSites({}, ({ world }) => {
      const attacker = new Attacker(world, new Seeded(1));
      const done = new Set(Array.from({ length: 300 }, () => attacker.act()));
      expect(done).toEqual(new Set(attacker.names));
    });
  });
});

describe("a damaged datagram", () => {
  it("is shorter, longer, or differs, in most cases, and leaves the original alone", () => {
    const random = new Seeded(1);
    const [bytes, other] = [random.bytes(100), random.bytes(50)];
    const before = bytes.slice();
    const all = Array.from({ length: 300 }, () => damaged(bytes, other, random));
    expect(bytes).toEqual(before);
    expect(all.filter((one) => one.length < 100).length).toBeGreaterThan(20);
    expect(all.filter((one) => one.length > 100).length).toBeGreaterThan(20);
    expect(all.filter((one) => one.length === 100 && one.some((byte, i) => byte !== before[i])).length).toBeGreaterThan(100);
  });
});
