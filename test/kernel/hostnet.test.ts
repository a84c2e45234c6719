import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { formatPrefix } from "../../src/base/prefix.js";
import { apply } from "../../src/hostnet/apply.js";
import { type DesiredState, desiredState } from "../../src/hostnet/desired.js";
import { IprouteHost } from "../../src/hostnet/iproute-host.js";
import { Journal } from "../../src/hostnet/journal.js";
import type { JournalHeader } from "../../src/hostnet/journal-lines.js";
import type { ObservedState } from "../../src/hostnet/observed.js";
import { recover, undo } from "../../src/hostnet/undo.js";
import { FakeHost, prefixes } from "../unit/hostnet/fake-host.js";

const NAMESPACE = `hostnet-${process.pid}`;
const HERE = { bootId: "b1", netns: "4026" };
const HEADER: JournalHeader = {
  name: "tv0",
  ...HERE,
  pid: process.pid,
  runtimeDir: "/r",
  agentVersion: "0.1.0",
  created: "2026-01-01T00:00:00Z",
};
const CONTEXT = { endpoints: [], fwMark: 0 };
const ENTER = ["ip", "netns", "exec", NAMESPACE];

let directory: string;
let journal: Journal;
const host = new IprouteHost({ enter: ENTER });

function inside(...command: string[]): string {
  const [program = "", ...words] = [...ENTER, ...command];
  return execFileSync(program, words, { encoding: "utf8" });
}

/** Everything that this room might change, as ip itself tells it. A queue, once the kernel gave one to a link that goes up, stays. */
function dump(): string {
  const questions = ["-d link", "addr", "-4 route show table all", "-6 route show table all"];
  return questions.map((question) => inside("ip", ...question.split(" ")).replaceAll(/ qdisc \S+/g, "")).join("\n");
}

function wanted(addresses: string[], allowedIps: string[], mtu = 1420): DesiredState {
  return desiredState({ name: "tv0", mtu, addresses: prefixes(...addresses), allowedIps: prefixes(...allowedIps) });
}

const SITE = wanted(["10.0.0.1/24", "10.0.0.2/24", "fd09::1/64"], ["10.8.0.0/16", "10.7.0.9/32", "fd08::/48"]);

describe("the host's network in a namespace", () => {
  beforeAll(async () => {
    execFileSync("ip", ["netns", "add", NAMESPACE]);
    directory = await mkdtemp(join(tmpdir(), "hostnet-"));
    inside("ip", "link", "set", "lo", "up");
    inside("ip", "link", "add", "lan0", "type", "veth", "peer", "name", "lan1");
    for (const device of ["lan0", "lan1"]) {
      inside("ip", "link", "set", device, "addrgenmode", "none");
      inside("ip", "link", "set", device, "up");
    }
    inside("ip", "addr", "add", "192.168.1.10/24", "dev", "lan0");
    inside("ip", "addr", "add", "fd01::10/64", "dev", "lan0", "nodad");
    inside("ip", "route", "add", "default", "via", "192.168.1.1");
  });

  beforeEach(async () => {
    inside("ip", "tuntap", "add", "tv0", "mode", "tun");
    journal = await Journal.create(directory, HEADER);
  });

  afterEach(async () => {
    inside("ip", "link", "del", "tv0");
    await rm(journal.path, { force: true });
  });

  afterAll(async () => {
    execFileSync("ip", ["netns", "del", NAMESPACE]);
    expect(await readdir(directory)).toEqual([]);
    await rm(directory, { recursive: true });
    expect(execFileSync("ip", ["netns", "list"], { encoding: "utf8" })).not.toContain(NAMESPACE);
  });

  test("is as desired after apply, the same after a second one, and as before after undo", async () => {
    const before = dump();
    await apply(host, journal, SITE, CONTEXT);
    expect(inside("ip", "-o", "link", "show", "dev", "tv0")).toMatch(/[<,]UP[,>].* mtu 1420 /);
    expect(inside("ip", "-br", "addr", "show", "dev", "tv0").trim().split(/\s+/).slice(2)).toEqual([
      "10.0.0.1/24",
      "10.0.0.2/24",
      "fd09::1/64",
    ]);
    expect(inside("ip", "-4", "route", "get", "10.8.3.4")).toContain("dev tv0 src 10.0.0.1");
    expect(inside("ip", "-6", "route", "get", "fd08::7")).toContain("dev tv0");
    const after = dump();
    expect((await apply(host, journal, SITE, CONTEXT)).steps).toEqual([]);
    expect(dump()).toBe(after);
    const report = await undo(host, journal, HERE);
    expect(report.entries.map(({ outcome }) => outcome)).toEqual(report.entries.map(() => "undone"));
    expect(dump()).toBe(before);
  });

  test("another file changes what differs, also where the kernel drops more than it was told to", async () => {
    const before = dump();
    await apply(host, journal, SITE, CONTEXT);
    await apply(host, journal, wanted(["10.0.0.2/24", "fd09::1/48"], ["10.8.0.0/16", "10.6.0.0/16", "fd08::/48"], 1380), CONTEXT);
    expect(inside("ip", "-br", "addr", "show", "dev", "tv0").trim().split(/\s+/).slice(2)).toEqual(["10.0.0.2/24", "fd09::1/48"]);
    const routes = inside("ip", "-4", "route", "show", "dev", "tv0")
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(routes.filter((network) => network !== "").sort()).toEqual(["10.0.0.0/24", "10.6.0.0/16", "10.8.0.0/16"]);
    await undo(host, journal, HERE);
    expect(dump()).toBe(before);
  });

  test("what is gone with the interface is undone by that", async () => {
    await apply(host, journal, SITE, CONTEXT);
    inside("ip", "link", "del", "tv0");
    const report = await recover(host, journal.path, HERE);
    expect(report.verdict).toBe("undone");
    expect(report.entries.every(({ outcome }) => outcome === "gone")).toBe(true);
    inside("ip", "tuntap", "add", "tv0", "mode", "tun");
  });

  test("a later interface of the same name is left alone", async () => {
    await apply(host, journal, SITE, CONTEXT);
    inside("ip", "link", "del", "tv0");
    inside("ip", "tuntap", "add", "tv0", "mode", "tun");
    inside("ip", "addr", "add", "10.0.0.1/24", "dev", "tv0");
    const before = dump();
    await recover(host, journal.path, HERE);
    expect(dump()).toBe(before);
  });

  test.each([
    ["ADDRESS_IN_USE", wanted(["192.168.1.10/32"], [])],
    ["ROUTE_TAKEN", wanted(["10.0.0.1/24"], ["192.168.1.0/24"])],
    ["ROUTE_TAKEN", wanted([], ["fd01::/64"])],
  ])("%s leaves everything as it is", async (code, desired) => {
    const before = dump();
    await expect(apply(host, journal, desired, CONTEXT)).rejects.toMatchObject({ code });
    expect(dump()).toBe(before);
  });

  test("IPv6 that is disabled on the interface is told before anything is changed", async () => {
    inside("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/tv0/disable_ipv6");
    const before = dump();
    await expect(apply(host, journal, SITE, CONTEXT)).rejects.toMatchObject({ code: "IPV6_DISABLED" });
    expect(dump()).toBe(before);
    await apply(host, journal, wanted(["10.0.0.1/24"], ["10.8.0.0/16"]), CONTEXT);
    expect(inside("ip", "-br", "addr", "show", "dev", "tv0")).toContain("10.0.0.1/24");
    await undo(host, journal, HERE);
    expect(dump()).toBe(before);
  });

  test("without the capability that is told", async () => {
    const before = dump();
    const powerless = new IprouteHost({ enter: [...ENTER, "setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"] });
    await expect(apply(powerless, journal, SITE, CONTEXT)).rejects.toMatchObject({ code: "NET_ADMIN_DENIED" });
    expect(dump()).toBe(before);
  });

  test("what the kernel refuses is told in its words, and what went before is undone", async () => {
    const before = dump();
    await expect(apply(host, journal, { ...SITE, link: { ...SITE.link, mtu: 70_000 } }, CONTEXT)).rejects.toMatchObject({
      code: "IP_COMMAND_FAILED",
      message: "ip link set dev tv0 mtu 70000: mtu greater than device maximum.",
    });
    expect(dump()).toBe(before);
  });

  test("the fake host of the other tests does as the kernel does", async () => {
    const runs = fc.sample(fc.array(fc.constantFrom(...LINES), { minLength: 5, maxLength: 25 }), { numRuns: 40, seed: 7 });
    for (const lines of runs) {
      const fake = new FakeHost().link("lo", { up: true }).link("tv0");
      const expected = await fake.run(["link set dev tv0 up", ...lines], "continue");
      const refused = await host.run(["link set dev tv0 up", ...lines], "continue");
      const where = lines.join("\n");
      expect(
        refused.map(({ line }) => line),
        where,
      ).toEqual(expected.map(({ line }) => line));
      expect(onTunnel(await host.observe("tv0")), where).toBe(onTunnel(await fake.observe("tv0")));
      inside("ip", "link", "del", "tv0");
      inside("ip", "tuntap", "add", "tv0", "mode", "tun");
    }
  });
});

const LINES = [
  ...["up", "up", "down", "mtu 1000", "mtu 1280", "mtu 1500"].map((setting) => `link set dev tv0 ${setting}`),
  ...["10.0.0.1/24", "10.0.0.2/24", "10.0.0.2/32", "10.1.0.1/16", "fd09::1/64", "fd09::2/64", "fd09::1/48"].flatMap((address) => [
    `addr add ${address} dev tv0`,
    `addr del ${address} dev tv0`,
  ]),
  ...["10.0.0.0/24", "10.8.0.0/16", "fd08::/48 metric 1024", "fd09::/64 metric 1024"].flatMap((route) => {
    const [network, ...metric] = route.split(" ");
    return ["add", "del"].map((verb) => [`route ${verb} ${network} dev tv0`, ...metric].join(" "));
  }),
];

function onTunnel(observed: ObservedState): string {
  const link = observed.links.find(({ name }) => name === "tv0");
  const addresses = observed.addresses.filter(({ device }) => device === "tv0").map(({ prefix }) => `address ${formatPrefix(prefix)}`);
  const routes = observed.routes.filter((route) => route.hops.some(({ device }) => device === "tv0"));
  const lines = routes.map(({ network, metric, protocol }) => `route ${formatPrefix(network)} metric ${metric} ${protocol}`);
  return [`mtu ${link?.mtu} ${link?.up ? "up" : "down"}`, ...addresses.sort(), ...lines.sort()].join("\n");
}
