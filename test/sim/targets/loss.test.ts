import { afterAll, describe, expect, it } from "vitest";
import { MINUTE, type Millis, SECOND } from "../../../src/base/time.js";
import { REJECT_AFTER_TIME } from "../../../src/protocol/limits.js";
import { Seeded } from "../seeded.js";
import type { Site } from "../site.js";
import { connectedSites, twoSites } from "../two-sites.js";
import { Measured } from "./measured.js";
import { Flow } from "./traffic.js";

const LOSSY = { latency: 20, jitter: 10, loss: 0.3 };
const HANDSHAKES = 400;
const LONG_RUNS = 20;

const measured = new Measured();
afterAll(() => measured.print());

describe("with 30 % loss each way", () => {
  it("a handshake takes 1.2 s half of the time, and 20 s at most", () => {
    const taken = Array.from({ length: HANDSHAKES }, (_, seed) => handshakeTime(seed));
    measured.percentile("30 % loss, a handshake", 50, taken, 1.2 * SECOND);
    measured.percentile("30 % loss, a handshake", 99, taken, 20 * SECOND);
  });

  it("a session goes on for ten minutes, and each rekey comes in time", () => {
    let [resets, late, rekeys] = [0, 0, 0];
    for (let seed = 0; seed < LONG_RUNS; seed++) {
      twoSites({ seed, link: LOSSY }, ({ world, a, b }) => {
        a.transmit("b");
        world.until(() => a.link("b").state === "established" && b.link("a").state === "established");
        for (const flow of [new Flow(world, a, b, SECOND), new Flow(world, b, a, SECOND)])
          world.at(world.now + 10 * MINUTE, () => flow.stop());
        world.run(10 * MINUTE);
        for (const site of [a, b]) {
          resets += count(site, "session-expired") + count(site, "gave-up");
          rekeys += count(site, "rekeyed");
          late += longestWithoutRenewal(site) > REJECT_AFTER_TIME ? 1 : 0;
        }
      });
    }
    expect(rekeys).toBeGreaterThan(LONG_RUNS * 2 * 4);
    measured.atMost(`30 % loss, ${LONG_RUNS} × 10 min, sessions that ended before their renewal`, "all", resets, 0, "");
    measured.atMost(`30 % loss, ${rekeys} rekeys, not in time`, "all", late, 0, "");
  });
});

describe("a hundred rekeys under load", () => {
  it.each([
    ["by one side", false],
    ["by both sides at once", true],
  ])("lose no packet: %s", (_, both) => {
    connectedSites({ seed: 3, link: { latency: 20, jitter: 15 } }, ({ world, a, b }) => {
      const random = new Seeded("rekeys");
      const flows = [new Flow(world, a, b, 5), new Flow(world, b, a, 5)];
      const rekeyed = count(a, "rekeyed") + count(b, "rekeyed");
      for (let i = 0; i < 100; i++) {
        for (const site of both ? [a, b] : [random.pick([a, b])]) site.input({ type: "rekey", index: site.plane.currentOf(0) ?? 0 });
        world.run(random.between(80, 400));
      }
      for (const flow of flows) flow.stop();
      world.run(SECOND);
      expect(count(a, "rekeyed") + count(b, "rekeyed") - rekeyed).toBeGreaterThanOrEqual(200);
      const [sent, lost] = [flows.reduce((sum, flow) => sum + flow.sent, 0), flows.reduce((sum, flow) => sum + flow.lost, 0)];
      measured.atMost(`100 rekeys ${both ? "by both at once" : "by one side"} under load, of ${sent} packets lost`, "all", lost, 0, "");
    });
  });
});

/** From the first packet to the answer that makes a session. */
function handshakeTime(seed: number): Millis {
  let taken = Number.NaN;
  twoSites({ seed, link: LOSSY }, ({ world, a }) => {
    a.transmit("b");
    taken = world.until(() => a.link("b").state === "established", 90 * SECOND);
  });
  return taken;
}

function count(site: Site, what: string): number {
  return site.notices.filter(({ notice }) => notice === what).length;
}

/** The longest time between two sessions. */
function longestWithoutRenewal({ notices }: Site): Millis {
  const made = notices.filter(({ notice }) => notice === "established" || notice === "rekeyed").map(({ at }) => at);
  return Math.max(...made.slice(1).map((at, i) => at - (made[i] ?? at)));
}
