import { afterAll, describe, expect, it } from "vitest";
import { type BootMillis, type Millis, SECOND } from "../../../src/base/time.js";
import type { Input } from "../../../src/protocol/effects.js";
import { Seeded } from "../seeded.js";
import type { SiteOptions } from "../site-options.js";
import { World } from "../world.js";
import { Measured } from "./measured.js";

/** 2,000 peers stand for 10,000: then all that the hub does takes five times as long, and a fifth may wait. scripts/stress.sh takes all. */
const PEERS = Number(process.env.TUNVPN_STRESS_PEERS ?? 2000);
const SCALE = 10_000 / PEERS;
/** What the control thread takes for an INIT, with libsodium: 0.6 to 0.8 ms on a processor of 2023. */
const HANDSHAKE_COST: Millis = 1;
const OTHER_COST: Millis = 0.05;
/** INITs in the ring of events: 262,144 bytes, 200 each. */
const WAITING = 1310;
const SOON: Millis = 100;

const measured = new Measured();
afterAll(() => measured.print());

describe("a hub that restarted", () => {
  it.each([HANDSHAKE_COST, 2 * HANDSHAKE_COST])("has sessions with 10,000 peers that call at once, at %i ms a handshake", (cost) => {
    const what = `10,000 peers call a hub at once, ${cost} ms a handshake`;
    const world = new World({ seed: 1, sites: sitesOf(PEERS, cost * SCALE), link: { latency: 20, jitter: 20 } });
    world.play(() => {
      const [hub, random, start] = [world.site("hub"), new Seeded("calls"), world.now];
      for (const site of world.sites.values()) {
        if (site !== hub) world.at(start + random.between(0, SOON), () => site.transmit("hub"));
      }
      const taken = timesOfFirst(world, start + 60 * SECOND).map((at) => at - start);
      expect(hub.processor?.lost).toBeGreaterThan(0);
      measured.atMost(`${what}, not up`, "all", PEERS - taken.length, 0, "");
      measured.percentile(what, 50, taken, 60 * SECOND);
      measured.percentile(what, 100, taken, 60 * SECOND);
    });
  });
});

function sitesOf(peers: number, handshake: Millis): Record<string, SiteOptions> {
  const names = Array.from({ length: peers }, (_, i) => `p${i + 1}`);
  const cost = ({ type }: Input) => (type === "message" ? handshake : OTHER_COST * SCALE);
  const hub: SiteOptions = {
    peers: Object.fromEntries(names.map((name) => [name, { endpoint: "none" }])),
    processor: { cost, waiting: WAITING / SCALE },
  };
  return { hub, ...Object.fromEntries(names.map((name) => [name, { peers: { hub: {} } }])) };
}

/** When the hub was given the first packet of each peer. */
function timesOfFirst(world: World, until: BootMillis): BootMillis[] {
  const hub = world.site("hub");
  world.runUntil(until);
  return [...new Map(hub.delivered.map(({ from, at }) => [from, at])).values()];
}
