import { afterAll, describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../../../src/base/time.js";
import type { Site } from "../site.js";
import { connectedSites } from "../two-sites.js";
import { YEAR_1970, YEAR_2200 } from "../wall-clock.js";
import type { World } from "../world.js";
import { Measured } from "./measured.js";
import { Flow } from "./traffic.js";

const MINUTES = 5;

const measured = new Measured();
afterAll(() => measured.print());

/** What can be wrong with a site's time of day. */
const FAULTS: readonly (readonly [string, (world: World, site: Site) => void])[] = [
  ["set to 1970", (world, { wallClock }) => wallClock.set(YEAR_1970, world.now)],
  ["set to 2200", (world, { wallClock }) => wallClock.set(YEAR_2200, world.now)],
  ["stepping every second", (world, { wallClock }) => wallClock.swing(SECOND, 300 * SECOND, world.now)],
  [
    "set to 2200 and back",
    (world, { wallClock }) => {
      wallClock.set(YEAR_2200, world.now);
      world.at(world.now + 30 * SECOND, () => wallClock.set(YEAR_1970, world.now));
    },
  ],
];

describe("a wall clock", () => {
  it.each(FAULTS)("%s costs no packet, and at most one rekey a minute", (fault, disturb) => {
    connectedSites({ link: { latency: 20, jitter: 5 } }, ({ world, a, b }) => {
      const flows = [new Flow(world, a, b, 50), new Flow(world, b, a, 50)];
      world.run(10 * SECOND);
      const before = world.sentBy(a, "INIT").length + world.sentBy(b, "INIT").length;
      disturb(world, a);
      world.run(MINUTES * MINUTE);
      for (const flow of flows) flow.stop();
      world.run(SECOND);
      const rekeys = world.sentBy(a, "INIT").length + world.sentBy(b, "INIT").length - before;
      // The first falls on the beginning of the first minute.
      const lost = flows.reduce((sum, flow) => sum + flow.lost, 0);
      expect(a.plane.generation).toBeGreaterThan(0);
      measured.atMost(`clock ${fault}, ${MINUTES} min, packets lost`, "all", lost, 0, "");
      measured.atMost(`clock ${fault}, rekeys a minute`, "mean", Math.max(0, rekeys - 1) / MINUTES, 1, "");
    });
  });
});
