import { afterAll, describe, it } from "vitest";
import { MINUTE, type Millis, SECOND } from "../../../src/base/time.js";
import { Seeded } from "../seeded.js";
import type { PeerOptions } from "../site-options.js";
import { connectedSites, type TwoSites } from "../two-sites.js";
import { World } from "../world.js";
import { Measured } from "./measured.js";
import { Flow, timeToTraffic } from "./traffic.js";

const RUNS = 50;
const INTERVAL = 20;

const measured = new Measured();
afterAll(() => measured.print());

/** How long something took in many runs, each with a path and a moment of its own. */
function times(loss: number, b: PeerOptions, body: (sites: TwoSites, random: Seeded) => Millis): Millis[] {
  return Array.from({ length: RUNS }, (_, i) => {
    const random = new Seeded(`recovery ${i}`);
    const link = { latency: random.between(2, 100), jitter: random.between(0, 20), loss };
    let taken = Number.NaN;
    connectedSites({ seed: i, link, b }, (sites) => {
      sites.world.run(random.between(20 * SECOND, 100 * SECOND));
      taken = body(sites, random);
    });
    return taken;
  });
}

describe("traffic is back", () => {
  it.each([
    ["both ways", 0.01, ["a", "b"]],
    ["from the restarted side alone", 0.01, ["b"]],
    ["from the other side alone", 0, ["a"]],
  ] as const)("after one side restarts, with traffic %s", (which, loss, senders) => {
    const taken = times(loss, {}, ({ world, a, b }, random) => {
      const flows = senders.map((sender) => (sender === "a" ? new Flow(world, a, b, INTERVAL) : new Flow(world, b, a, INTERVAL)));
      world.run(SECOND);
      b.stop();
      world.run(random.between(0.1, 3) * SECOND);
      b.start();
      return timeToTraffic(world, flows, world.now, MINUTE);
    });
    measured.percentile(`one side restarts, traffic ${which}, ${loss * 100} % loss`, 99, taken, 2 * SECOND);
  });

  it("after both sides restart within 500 ms", () => {
    const taken = times(0.01, {}, ({ world, a, b }, random) => {
      const flows = [new Flow(world, a, b, INTERVAL), new Flow(world, b, a, INTERVAL)];
      world.run(SECOND);
      a.restart();
      world.run(random.between(0, 500));
      b.restart();
      return timeToTraffic(world, flows, world.now, MINUTE);
    });
    measured.percentile("both sides restart within 500 ms, 1 % loss", 99, taken, 3 * SECOND);
  });

  it("after an outage of 120 s", () => {
    const taken = times(0, {}, ({ world, a, b }) => {
      const flows = [new Flow(world, a, b, 250), new Flow(world, b, a, 250)];
      world.run(SECOND);
      const end = world.partition(a, b);
      world.run(120 * SECOND);
      end();
      return timeToTraffic(world, flows, world.now, MINUTE);
    });
    measured.percentile("an outage of 120 s ends", 99, taken, 6 * SECOND);
  });

  it("after a NAT lost its mapping", () => {
    const over = Array.from({ length: RUNS }, (_, i) => {
      const random = new Seeded(`rebinding ${i}`);
      const latency = random.between(2, 75);
      return rebinding(i, latency, random) - 2 * latency;
    });
    measured.percentile("a NAT loses a mapping, beyond one RTT of 4 to 150 ms", 99, over, 300);
  });
});

/** How long after a NAT lost its mapping the hub's packets arrive again. */
function rebinding(seed: number, latency: Millis, random: Seeded): Millis {
  const nat = { mapping: "independent", filtering: "address-and-port", lifetime: MINUTE, inboundRefresh: true } as const;
  const sites = { hub: { peers: { one: { endpoint: "none" } } }, one: { peers: { hub: {} }, nat: "home" } };
  const world = new World({ seed, nats: { home: nat }, sites, link: { latency } });
  let taken = Number.NaN;
  world.play(() => {
    const [hub, one] = [world.site("hub"), world.site("one")];
    const sparse = new Flow(world, one, hub, SECOND);
    world.run(random.between(1, 60) * SECOND);
    sparse.stop();
    const flows = [new Flow(world, one, hub, 5), new Flow(world, hub, one, 5)];
    world.run(SECOND);
    world.nat("home").rebind(one.address);
    taken = timeToTraffic(world, flows, world.now, MINUTE);
  });
  return taken;
}
