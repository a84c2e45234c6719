/**
 * A run that a seed decides: some sites on a bad network, traffic, disturbances, and someone in the middle. In the end all is well
 * again; then every packet must arrive, through a rekey too.
 */
import { formatEndpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import { MINUTE, SECOND } from "../../src/base/time.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { Coverage } from "./coverage.js";
import { Disturbances } from "./disturbances.js";
import { CALM } from "./link.js";
import { randomTopology } from "./random-topology.js";
import { Seeded } from "./seeded.js";
import type { Site } from "./site.js";
import { World } from "./world.js";

export interface RandomRun {
  readonly seed: number;
  readonly suite?: CryptoSuite;
}

/** What came of a run. */
export interface RunOutcome {
  readonly world: World;
  readonly coverage: Coverage;
}

const BAD_TIME = 4 * MINUTE;
/** How long it may take until everything works again: silence, some INITs, a hold-down. */
const RECOVERY = 40 * SECOND;
const PROOF = 20 * SECOND;
/** Longer than any session of two that talk stays without renewal. */
const RENEWAL = 121 * SECOND;
const LATEST = SECOND;

type Pair = readonly [Site, Site];

export function randomRun({ seed, suite }: RandomRun): RunOutcome {
  const random = new Seeded(`run ${seed}`);
  const link = {
    latency: random.between(1, 120),
    jitter: random.between(0, 60),
    loss: random.chance(0.3) ? 0 : random.between(0, 0.25),
    duplication: random.chance(0.5) ? 0 : random.between(0, 0.2),
    reordering: random.chance(0.5) ? 0 : random.between(0, 0.3),
  };
  const coverage = new Coverage();
  const eventDelay = random.chance(0.5) ? 0 : random.between(0, 20);
  const common = { seed, link, eventDelay, observers: [coverage], replay: `npm run sim -- --seed ${seed}`, ...randomTopology(random) };
  const world = new World(suite ? { ...common, suite } : common);
  for (const { name, address } of world.sites.values()) world.names.set(`${name}.example`, [address]);
  world.play(() => {
    const disturbances = new Disturbances(world, random.fork("disturbances"), coverage);
    disturb(world, disturbances, random.fork("times"));
    chat(world, random.fork("traffic"), world.now + BAD_TIME);
    world.run(BAD_TIME);
    disturbances.end();
    proveRecovery(world);
    for (const site of world.sites.values()) coverage.collect(site);
    judge(world, coverage);
  });
  return { world, coverage };
}

/** Bursts between pairs, with pauses that let sessions age. */
function chat(world: World, random: Seeded, until: number): void {
  for (const [from, to] of pairs(world)) {
    let time = world.now + random.between(0, 20 * SECOND);
    while (time < until) {
      const packets = 1 + random.below(random.chance(0.05) ? 150 : 6);
      const length = random.chance(0.1) ? 24 + random.below(1400) : 24;
      const interval = random.between(0, 300);
      for (let i = 0; i < packets; i++) world.at(time + i * interval, () => from.transmit(to.name, length));
      time += random.chance(0.15) ? random.between(0, 2 * MINUTE) : random.between(0, 20 * SECOND);
    }
  }
}

/** Whatever else the seed holds: a restart and a stretch of loss. */
function disturb(world: World, disturbances: Disturbances, random: Seeded): void {
  const end = world.now + BAD_TIME;
  for (let time = world.now; time < end; time += random.between(0, 25 * SECOND)) world.at(time, () => disturbances.act());
  world.at(random.between(world.now, end), () => disturbances.restart());
  world.at(random.between(world.now, end - 30 * SECOND), () => disturbances.lose());
}

function proveRecovery(world: World): void {
  world.heal();
  world.link = { ...CALM, latency: 20 };
  for (const site of world.sites.values()) world.goHome(site);
  // A port that a site no longer uses may serve as well as the one it uses, until its NAT forgets it.
  for (const nat of world.nats) nat.remember(world.now);
  const good = world.now + RECOVERY;
  pairs(world).forEach(([from, to], i) => {
    // One pair goes on until its session was renewed.
    const until = good + PROOF + (i < 2 ? RENEWAL : 0);
    for (let time = world.now; time < until; time += SECOND) {
      world.at(time, () => {
        const id = from.transmit(to.name);
        if (time >= good) world.at(time + LATEST, () => mustHave(to, id, from));
      });
    }
  });
  world.run(RECOVERY + PROOF + RENEWAL + LATEST);
}

function mustHave(site: Site, id: number, from: Site): void {
  const where = `${from.name} (${formatEndpoint(from.address)}) to ${site.name}`;
  invariant(site.has(id), `after all was well again, packet ${id} of ${where} did not arrive`);
}

/** A run that did not get to what every run must get to proves less than it says. */
function judge(world: World, coverage: Coverage): void {
  const lost = world.transits.filter(({ fate }) => fate === "lost").length;
  const counts = { handshakes: coverage.of("notices", "established"), rekeys: coverage.of("notices", "rekeyed"), lost };
  for (const [what, count] of Object.entries(counts)) invariant(count > 0, `a run without ${what}`);
  for (const what of ["restart", "stretch of loss"]) invariant(coverage.of("disturbances", what) > 0, `a run without a ${what}`);
  coverage.count("runs", "datagrams", world.transits.length);
  coverage.count("runs", "seconds of virtual time", Math.round(world.now / SECOND) - 1000);
  coverage.count("runs", "datagrams lost", lost);
}

/** Those that know each other, each way. */
function pairs(world: World): Pair[] {
  return [...world.sites.values()].flatMap((from) => from.peers.map((to): Pair => [from, world.site(to)])).sort(byPair);
}

/** Both ways of a pair next to each other. */
function byPair([a, b]: Pair, [c, d]: Pair): number {
  const key = (one: Site, other: Site) => [one.name, other.name].sort().join(" ");
  return key(a, b).localeCompare(key(c, d));
}
