import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IpPrefix } from "../../src/base/prefix.js";
import { apply } from "../../src/hostnet/apply.js";
import { type DesiredState, desiredState } from "../../src/hostnet/desired.js";
import type { Host } from "../../src/hostnet/host.js";
import { Journal } from "../../src/hostnet/journal.js";
import type { JournalHeader } from "../../src/hostnet/journal-lines.js";
import { plan } from "../../src/hostnet/plan.js";
import { recover, undo } from "../../src/hostnet/undo.js";
import { FakeHost, Killed, prefix } from "../unit/hostnet/fake-host.js";

const HERE = { bootId: "b1", netns: "4026" };
const HEADER: JournalHeader = {
  name: "tv0",
  ...HERE,
  pid: 1,
  runtimeDir: "/run/tunvpn",
  agentVersion: "0.1.0",
  created: "2026-01-01T00:00:00Z",
};
const CONTEXT = { endpoints: [], fwMark: 0 };

/** Small pools, so that what is there and what is wanted meet. */
const ADDRESSES = [
  "10.0.0.1/24",
  "10.0.0.2/24",
  "10.0.0.1/32",
  "10.7.0.1/16",
  "192.168.1.10/24",
  "fd09::1/64",
  "fd09::1/48",
  "fd09::2/64",
  "fe80::5/64",
];
const NETWORKS = [
  "10.0.0.0/24",
  "10.8.0.0/16",
  "10.8.1.0/24",
  "10.8.1.7/32",
  "192.168.1.0/24",
  "192.168.0.0/16",
  "fd08::/48",
  "fd08::7/128",
  "fd09::/64",
];

/** What an operator may have done before: some of it is refused, as it would have been then. */
const past = fc.record({
  mtu: fc.constantFrom(1000, 1280, 1420, 9000),
  up: fc.boolean(),
  linkLocal: fc.boolean(),
  addresses: fc.subarray(ADDRESSES),
  // Not those of an address above: its connected route would stand before such a route of someone's and hide it.
  networks: fc.subarray(NETWORKS.filter((network) => !["10.0.0.0/24", "192.168.1.0/24", "fd09::/64"].includes(network))),
  foreignAddresses: fc.subarray(["192.168.1.10/24", "10.0.0.1/24", "172.16.0.1/12", "fd01::10/64"], { maxLength: 2 }),
  foreignRoutes: fc.array(
    fc.record({
      network: fc.constantFrom(...NETWORKS),
      metric: fc.constantFrom(0, 100, 1024),
      gateway: fc.constantFrom("192.168.1.1", null),
      type: fc.constantFrom("unicast", "unreachable"),
    }),
    { maxLength: 2 },
  ),
});

const wish = fc
  .record({ mtu: fc.constantFrom(1000, 1280, 1420), addresses: fc.subarray(ADDRESSES), allowedIps: fc.subarray(NETWORKS) })
  .map(({ mtu, addresses, allowedIps }): DesiredState => {
    const list = { addresses: onceEach(addresses.map(prefix)), allowedIps: allowedIps.map(prefix) };
    const ipv6 = [...list.addresses, ...list.allowedIps].some((one) => one.address.family === 6);
    return desiredState({ name: "tv0", mtu: ipv6 ? Math.max(mtu, 1280) : mtu, ...list });
  });

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hostnet-"));
});

afterAll(() => rm(directory, { recursive: true }));

describe("from any state of the host", () => {
  test("applying and undoing leads back to it, and never names another interface", async () => {
    await fc.assert(
      fc.asyncProperty(past, wish, async (before, desired) => {
        const host = hostWith(before, desired);
        const original = host.text();
        const journal = await newJournal();
        const applied = await applies(host, journal, desired);
        if (applied) expect(await stepsLeft(host, desired)).toEqual([]);
        else expect(host.text()).toBe(original);
        await undo(host, journal, HERE);
        expect(host.text()).toBe(original);
        expect(host.lines.filter((line) => !line.includes(" dev tv0"))).toEqual([]);
        expect(await readdir(directory)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("applying twice does nothing the second time", async () => {
    await fc.assert(
      fc.asyncProperty(past, wish, async (before, desired) => {
        const host = hostWith(before, desired);
        const journal = await newJournal();
        if (await applies(host, journal, desired)) {
          const taken = host.lines.length;
          expect((await apply(host, journal, desired, CONTEXT)).steps).toEqual([]);
          expect(host.lines.length).toBe(taken);
        }
        await undo(host, journal, HERE);
      }),
      { numRuns: 60 },
    );
  });

  test("a run killed at any line, of doing or of undoing, is undone from its journal", async () => {
    await fc.assert(
      fc.asyncProperty(past, wish, fc.nat(25), async (before, desired, line) => {
        // What others put on the interface is not in the journal: it is given back by the process that takes it along, or not at all.
        const host = hostWith({ ...before, addresses: [], networks: [], linkLocal: false }, desired);
        const original = host.text();
        const journal = await newJournal();
        host.killAfter = line;
        const mortal: Host = {
          observe: (name) => host.observe(name),
          readSysctl: (path) => host.readSysctl(path),
          run: runUntilKilled(host),
        };
        await apply(mortal, journal, desired, CONTEXT).catch(() => undefined);
        await undo(mortal, journal, HERE).catch(() => undefined);
        host.killAfter = undefined;
        const report = await recover(host, journal.path, HERE);
        expect(host.text()).toBe(original);
        expect(report.entries.filter((entry) => entry.outcome === "changed")).toEqual([]);
        expect(await readdir(directory)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("a line refused at any place leaves the host as it was", async () => {
    await fc.assert(
      fc.asyncProperty(past, wish, fc.nat(12), async (before, desired, line) => {
        const host = hostWith(before, desired);
        const original = host.text();
        const journal = await newJournal();
        host.refuse = { after: line, words: "RTNETLINK answers: Cannot allocate memory" };
        if (!(await applies(host, journal, desired))) {
          expect(host.text()).toBe(original);
          expect(journal.steps).toEqual([]);
        }
        host.refuse = undefined;
        await undo(host, journal, HERE);
        expect(host.text()).toBe(original);
      }),
      { numRuns: 120 },
    );
  });

  test("a second file changes what differs, and undoing leads back before the first", async () => {
    await fc.assert(
      fc.asyncProperty(past, wish, wish, async (before, first, second) => {
        const host = hostWith(before, first, second);
        const original = host.text();
        const journal = await newJournal();
        await applies(host, journal, first);
        const between = host.text();
        if (await applies(host, journal, second)) expect(await stepsLeft(host, second, journal)).toEqual([]);
        else expect(host.text()).toBe(between);
        await undo(host, journal, HERE);
        expect(host.text()).toBe(original);
      }),
      { numRuns: 150 },
    );
  });
});

type Past = typeof past extends fc.Arbitrary<infer T> ? T : never;

function hostWith(before: Past, ...wishes: DesiredState[]): FakeHost {
  const host = new FakeHost().link("lo", { up: true, mtu: 65536 }).link("eth0", { up: true }).link("tv0");
  attempt(host, ...before.foreignAddresses.map((address) => `addr add ${address} dev eth0`));
  for (const { network, metric, gateway, type } of before.foreignRoutes) {
    const family = prefix(network).address.family;
    if (family === 6 && gateway !== null) continue;
    const device = type === "unicast" ? "eth0" : null;
    const known = host.routes.some((route) => JSON.stringify([route.network, route.metric]) === JSON.stringify([prefix(network), metric]));
    if (!known)
      host.foreignRoute({
        network: prefix(network),
        metric: metric || (family === 6 ? 1024 : 0),
        device,
        gateway: device && gateway,
        type,
      });
  }
  // Below 1280 the kernel would take others' IPv6 from the interface without anyone being able to give it back.
  const keepsIpv6 = wishes.every((desired) => desired.link.mtu >= 1280);
  attempt(host, `link set dev tv0 mtu ${before.mtu}`);
  if (before.up) attempt(host, "link set dev tv0 up");
  if (before.up && before.linkLocal && keepsIpv6) attempt(host, "addr add fe80::1/64 dev tv0");
  attempt(
    host,
    ...before.addresses.filter((address) => keepsIpv6 || !address.includes(":")).map((address) => `addr add ${address} dev tv0`),
  );
  attempt(host, ...before.networks.filter((network) => keepsIpv6 || !network.includes(":")).map(routeLine));
  return host;
}

function routeLine(network: string): string {
  return `route add ${network} dev tv0${network.includes(":") ? " metric 1024" : ""}`;
}

function attempt(host: FakeHost, ...lines: string[]): void {
  for (const line of lines) {
    try {
      host.shell(line);
    } catch {
      // The kernel would not have had it either.
    }
  }
}

/** @returns false when it was refused or failed */
async function applies(host: FakeHost, journal: Journal, desired: DesiredState): Promise<boolean> {
  return apply(host, journal, desired, CONTEXT).then(
    () => true,
    () => false,
  );
}

async function stepsLeft(host: FakeHost, desired: DesiredState, journal?: Journal) {
  return plan(desired, await host.observe("tv0"), CONTEXT, journal?.steps).steps;
}

async function newJournal(): Promise<Journal> {
  await rm(join(directory, "tv0@4026.journal"), { force: true });
  return Journal.create(directory, HEADER);
}

/** What was killed does not clean up after itself: no later call does anything. */
function runUntilKilled(host: FakeHost): Host["run"] {
  let dead = false;
  return async (lines, onFailure) => {
    if (dead) throw new Killed();
    return host.run(lines, onFailure).catch((error: unknown) => {
      dead = true;
      throw error;
    });
  };
}

function onceEach(list: IpPrefix[]): IpPrefix[] {
  const seen = new Set<string>();
  return list.filter((one) => {
    const key =
      one.address.family === 6 ? Buffer.from(one.address.bytes).toString("hex") : JSON.stringify([[...one.address.bytes], one.length]);
    return !seen.has(key) && seen.add(key);
  });
}
