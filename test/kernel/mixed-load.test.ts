import { expect } from "vitest";
import type { Background } from "./lab/background.js";
import { Flood } from "./lab/flood.js";
import { type Holding, watchHoldings } from "./lab/memory.js";
import type { End } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { makeStar, STAR, type Star } from "./lab/star.js";
import { MIXED_SECONDS } from "./lab/stress.js";

const RESTARTS = 5;
/**
 * Kilobytes by which an agent may grow after the first fifth: a step of 4 MB that comes once, early or late, and pages that its garbage
 * collector has not given back yet.
 */
const GROWTH_MAX = 8 << 10;

scenario(
  `in ${MIXED_SECONDS} s of mixed load, with a peer that restarts, agents neither grow nor leak descriptors`,
  async ({ lab }) => {
    const star = await makeStar(lab);
    const { hub, one } = star;
    await hub.up();
    await one.up("--wait");
    await fillBuffers(one, hub, STAR[4].hub);
    const agents = [(await hub.status()).pid, (await one.status()).pid];
    const flood = await Flood.prepare(lab);
    const milliseconds = MIXED_SECONDS * 1000;
    const floods = [
      flood.begin(one.machine, STAR[4].hub, { size: 64, rate: 3000, milliseconds }),
      flood.begin(hub.machine, STAR[6].one, { size: 1300, rate: 2000, milliseconds }),
      flood.begin(one.machine, STAR[6].hub, { size: 4000, rate: 100, milliseconds }),
    ];
    const streams = [
      await streamsBetween(one, hub, STAR[4].hub, 5201, "--bidir -P 4 -b 20M"),
      await streamsBetween(hub, one, STAR[6].one, 5202, "-P 32 -b 1M"),
    ];
    const [holdings] = await Promise.all([watchHoldings(agents, MIXED_SECONDS), restarts(star)]);
    for (const running of floods) await running.ended(30);
    for (const stream of streams) expect(await stream.ended(30), stream.output).toBe(0);
    for (const running of floods) expect(running.sent()).toBeGreaterThan(50 * MIXED_SECONDS);

    for (const [i, holding] of holdings.entries()) {
      const [, warm = [], , , last = []] = fifths(holding);
      const name = [hub, one][i]?.name;
      const growth = highest(last, "resident") - highest(warm, "resident");
      process.stdout.write(`${name}: ${growth} kB more at the end than when warm, ${highest(last, "resident")} kB in all\n`);
      expect(growth, `growth of ${name} in kB`).toBeLessThan(GROWTH_MAX);
      expect(highest(last, "descriptors"), `descriptors of ${name}`).toBeLessThanOrEqual(highest(warm, "descriptors"));
    }
  },
  (MIXED_SECONDS + 90) * 1000,
);

/** As full as they ever get: what a rare burst would make resident later is no growth. */
async function fillBuffers(from: End, to: End, address: string): Promise<void> {
  const server = to.machine.background(["iperf3", "-s", "-1", "-p", "5203", "--forceflush"]);
  await server.says(/listening/);
  await from.machine.must(["iperf3", "-c", address, "-p", "5203", "-t", "4", "-P", "16", "--bidir"]);
}

async function streamsBetween(from: End, to: End, address: string, port: number, options: string): Promise<Background> {
  const server = to.machine.background(["iperf3", "-s", "-1", "-p", String(port), "--forceflush"]);
  await server.says(/listening/);
  return from.machine.background(["iperf3", "-c", address, "-p", String(port), "-t", String(MIXED_SECONDS), ...options.split(" ")]);
}

async function restarts({ two }: Star): Promise<void> {
  const seconds = MIXED_SECONDS / RESTARTS - 3;
  for (let i = 0; i < RESTARTS; i++) {
    await two.up("--wait");
    const pings = await two.machine.background(["ping", "-n", "-i", "0.2", "-w", String(Math.floor(seconds)), STAR[4].hub]);
    await pings.ended(seconds + 20);
    await two.down();
  }
}

function fifths(holding: readonly Holding[]): Holding[][] {
  return [0, 1, 2, 3, 4].map((fifth) => holding.slice((fifth * holding.length) / 5, ((fifth + 1) * holding.length) / 5));
}

function highest(holding: readonly Holding[], what: keyof Holding): number {
  return Math.max(...holding.map((one) => one[what]));
}
