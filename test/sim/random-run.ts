/**
 * A run that a seed decides: some sites on a bad network, traffic, restarts, moves, partitions, and someone who repeats and
 * damages what he saw. In the end all is well again, and then every packet must arrive.
 */
import { formatEndpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import { MINUTE, SECOND } from "../../src/base/time.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { CALM } from "./link.js";
import { endpoint } from "./places.js";
import { Seeded } from "./seeded.js";
import type { Site } from "./site.js";
import type { PeerOptions, SiteOptions } from "./site-options.js";
import { World } from "./world.js";

export interface RandomRun {
  readonly seed: number;
  readonly sites: number;
  readonly minutes: number;
  readonly suite?: CryptoSuite;
}

/** How long it may take until everything works again: silence, some INITs, a hold-down. */
const RECOVERY = 40 * SECOND;
const PROOF = 20 * SECOND;

type Pair = readonly [Site, Site];

export function randomRun({ seed, sites, minutes, suite }: RandomRun): World {
  const random = new Seeded(`run ${seed}`);
  const link = {
    latency: random.between(1, 120),
    jitter: random.between(0, 60),
    loss: random.chance(0.3) ? 0 : random.between(0, 0.25),
    duplication: random.chance(0.5) ? 0 : random.between(0, 0.2),
  };
  const options = { seed, sites: topology(random, sites), link, eventDelay: random.chance(0.5) ? 0 : random.between(0, 20) };
  const world = new World(suite ? { ...options, suite } : options);
  world.play(() => {
    disturb(world, random.fork("disturbances"), world.now + minutes * MINUTE);
    chat(world, random.fork("traffic"), world.now + minutes * MINUTE);
    world.run(minutes * MINUTE);
    proveRecovery(world);
  });
  return world;
}

/** All know each other; of two, at least one knows where the other is. */
function topology(random: Seeded, count: number): Record<string, SiteOptions> {
  const names = Array.from({ length: count }, (_, i) => `s${i + 1}`);
  const peers: Record<string, Record<string, PeerOptions>> = Object.fromEntries(names.map((name) => [name, {}]));
  names.forEach((one, i) => {
    for (const other of names.slice(i + 1)) {
      const [caller, called] = random.chance(0.5) ? [one, other] : [other, one];
      const shared = random.chance(0.3) ? { presharedKey: random.bytes(32) } : {};
      Object.assign(peers[caller] ?? {}, { [called]: { ...shared, ...keepalive(random) } });
      Object.assign(peers[called] ?? {}, {
        [caller]: { ...shared, ...keepalive(random), ...(random.chance(0.3) ? { endpoint: "none" } : {}) },
      });
    }
  });
  return Object.fromEntries(names.map((name) => [name, { peers: peers[name] ?? {} }]));
}

function keepalive(random: Seeded): PeerOptions {
  return random.chance(0.25) ? { persistentKeepalive: random.pick([5, 25, 300]) * SECOND } : {};
}

/** Bursts between pairs, with pauses that let sessions age. */
function chat(world: World, random: Seeded, until: number): void {
  for (const [from, to] of pairs(world)) {
    let time = world.now + random.between(0, 30 * SECOND);
    while (time < until) {
      const packets = 1 + random.below(random.chance(0.1) ? 200 : 6);
      for (let i = 0; i < packets; i++) world.at(time + i * random.between(0, 300), () => from.transmit(to.name));
      time += random.chance(0.15) ? random.between(0, 4 * MINUTE) : random.between(0, 20 * SECOND);
    }
  }
}

function disturb(world: World, random: Seeded, until: number): void {
  const sites = [...world.sites.values()];
  const eve = endpoint("203.0.113.66:666");
  const disturbances: (() => void)[] = [
    () => random.pick(sites).restart(),
    () => {
      const site = random.pick(sites);
      site.down();
      site.start();
    },
    () => random.pick(sites).plane.endGeneration(),
    () => void world.moveAddress(random.pick(sites)),
    () => {
      const site = random.pick(sites);
      world.moveAddress(site);
      site.input({ type: "host-changed", change: { what: "anything" } });
    },
    () => {
      const heal = world.partition(random.pick(sites), random.pick(sites));
      world.at(world.now + random.between(0, 2 * MINUTE), heal);
    },
    () => replay(world, random, (bytes) => bytes),
    () => replay(world, random, (bytes) => bytes.map((byte) => (random.chance(0.01) ? byte ^ (1 << random.below(8)) : byte))),
    () => replay(world, random, (bytes) => bytes.subarray(0, random.below(bytes.length))),
    () => world.inject(random.bytes(random.below(200)), eve, random.pick(sites).address),
  ];
  for (let time = world.now; time < until; time += random.between(0, 40 * SECOND)) world.at(time, () => random.pick(disturbances)());
}

/** Repeats something that was sent, perhaps changed, perhaps from another address or to another site. */
function replay(world: World, random: Seeded, change: (bytes: Uint8Array) => Uint8Array): void {
  if (world.transits.length === 0) return;
  for (let i = random.below(20); i >= 0; i--) {
    const { bytes, from, to } = random.pick(world.transits);
    const other = random.pick([...world.sites.values()]).address;
    world.inject(change(bytes), random.chance(0.5) ? from : world.newAddress(), random.chance(0.9) ? to : other, random.between(0, 100));
  }
}

function proveRecovery(world: World): void {
  world.heal();
  world.link = { ...CALM, latency: 20 };
  for (const site of world.sites.values()) world.moveAddress(site, endpoint(`192.0.2.${site.number}:51820`));
  const until = world.now + RECOVERY + PROOF;
  const expected: { to: Site; from: Site; id: number }[] = [];
  for (const [from, to] of pairs(world)) {
    for (let time = world.now; time < until; time += SECOND) {
      world.at(time, () => {
        const id = from.transmit(to.name);
        if (world.now >= until - PROOF) expected.push({ to, from, id });
      });
    }
  }
  world.runUntil(until + 5 * SECOND);
  for (const { from, to, id } of expected) {
    const where = `${from.name} (${formatEndpoint(from.address)}) to ${to.name}`;
    invariant(to.has(id), `after all was well again, packet ${id} of ${where} did not arrive`);
  }
}

function pairs(world: World): Pair[] {
  const sites = [...world.sites.values()];
  return sites.flatMap((from) => sites.filter((to) => to !== from).map((to): Pair => [from, to]));
}
