import { describe, expect, test } from "vitest";
import { conflictsOf, formatRoute } from "../../../src/hostnet/conflicts.js";
import { desiredState } from "../../../src/hostnet/desired.js";
import { plan } from "../../../src/hostnet/plan.js";
import { FakeHost, prefix, prefixes } from "./fake-host.js";

/** A host in a LAN of both families, with its default route through it. */
function host(): FakeHost {
  const lan = new FakeHost().link("lo", { up: true }).link("eth0", { up: true }).link("tv0");
  lan.shell("addr add 192.168.1.10/24 dev eth0", "addr add fd01::10/64 dev eth0", "addr add fe80::10/64 dev eth0");
  return lan.foreignRoute({ network: prefix("0.0.0.0/0"), device: "eth0", gateway: "192.168.1.1" });
}

async function conflicts(observed: FakeHost, wanted: { addresses?: string[]; allowedIps?: string[] }) {
  const { addresses = [], allowedIps = [] } = wanted;
  const desired = desiredState({ name: "tv0", mtu: 1420, addresses: prefixes(...addresses), allowedIps: prefixes(...allowedIps) });
  return plan(desired, await observed.observe("tv0"), { endpoints: [], fwMark: 0 }).conflicts.map((error) => error.report());
}

async function codes(observed: FakeHost, wanted: { addresses?: string[]; allowedIps?: string[] }): Promise<string[]> {
  return (await conflicts(observed, wanted)).map(({ code }) => code);
}

describe("ADDRESS_IN_USE", () => {
  test("names the interface that has the address, with whatever length", async () => {
    expect(await conflicts(host(), { addresses: ["192.168.1.10/32"] })).toEqual([
      {
        code: "ADDRESS_IN_USE",
        message: "cannot give 192.168.1.10/24 to tv0: eth0 has it",
        fix: "choose another Address, or remove the other one: ip addr del 192.168.1.10/24 dev eth0",
      },
    ]);
    expect(await codes(host(), { addresses: ["fd01::10/128"] })).toEqual(["ADDRESS_IN_USE"]);
  });

  test("not for link-local addresses, which may be on every link, nor for the interface's own", async () => {
    expect(await codes(host(), { addresses: ["fe80::10/64"] })).toEqual([]);
    expect(await codes(host().shell("addr add 10.0.0.1/24 dev tv0"), { addresses: ["10.0.0.1/24"] })).toEqual([]);
    expect(await codes(host().shell("addr add 10.0.0.1/24 dev tv0"), { addresses: ["10.0.0.1/16"] })).toEqual([]);
  });

  test("for someone's IPv6 address on the interface with another length, which the kernel would refuse", async () => {
    const taken = await conflicts(host().shell("addr add fd09::1/64 dev tv0"), { addresses: ["fd09::1/48"] });
    expect(taken.map(({ code, message }) => [code, message])).toEqual([["ADDRESS_IN_USE", "cannot give fd09::1/64 to tv0: tv0 has it"]]);
  });
});

describe("ROUTE_TAKEN", () => {
  test("the host's own LAN is not taken away from it", async () => {
    expect(await conflicts(host(), { allowedIps: ["192.168.1.0/24"] })).toEqual([
      {
        code: "ROUTE_TAKEN",
        message: "cannot route 192.168.1.0/24 into tv0: it is the network this host is attached to through eth0",
        fix: "take 192.168.1.0/24 out of AllowedIPs, or give one of the two networks other numbers",
      },
    ]);
    expect(await codes(host(), { allowedIps: ["fd01::/64"] })).toEqual(["ROUTE_TAKEN"]);
  });

  test("nor when its route has a worse metric and is not the kernel's", async () => {
    const managed = host();
    managed.routes = managed.routes.filter((route) => route.protocol !== "kernel");
    managed.foreignRoute({ network: prefix("192.168.1.0/24"), device: "eth0", metric: 600, protocol: "dhcp" });
    expect(await codes(managed, { allowedIps: ["192.168.1.0/24"] })).toEqual(["ROUTE_TAKEN"]);
  });

  test("networks beside, around and inside the LAN are no conflict", async () => {
    expect(await codes(host(), { allowedIps: ["192.168.0.0/16", "192.168.2.0/24", "192.168.1.64/26", "fd01::/48"] })).toEqual([]);
  });

  test("the network of an Address must not be the LAN's either", async () => {
    const [conflict] = await conflicts(host(), { addresses: ["192.168.1.50/24"] });
    expect(conflict?.code).toBe("ROUTE_TAKEN");
    expect(conflict?.fix).toBe("choose an Address outside 192.168.1.0/24");
    expect(await codes(host(), { addresses: ["192.168.1.50/32"] })).toEqual([]);
  });

  test("nor any other network that is routed elsewhere or attached, whatever its metric", async () => {
    const routed = { network: prefix("10.8.0.0/16"), device: "eth0", gateway: "192.168.1.3" };
    expect(await codes(host().foreignRoute(routed), { addresses: ["10.8.0.1/16"] })).toEqual(["ROUTE_TAKEN"]);
    const managed = host();
    managed.routes = managed.routes.filter((route) => route.protocol !== "kernel");
    managed.foreignRoute({ network: prefix("192.168.1.0/24"), device: "eth0", metric: 600, protocol: "dhcp" });
    expect(await codes(managed, { addresses: ["192.168.1.50/24"] })).toEqual(["ROUTE_TAKEN"]);
  });

  test("the far end of a point-to-point address counts as attached", async () => {
    const far = { network: prefix("10.45.0.2/32"), device: "eth0", metric: 600, protocol: "kernel" };
    expect(await codes(host().foreignRoute(far), { allowedIps: ["10.45.0.2/32"] })).toEqual(["ROUTE_TAKEN"]);
  });

  test("routes for one type of service stand beside all others", async () => {
    const observed = await host()
      .foreignRoute({ network: prefix("10.8.0.0/16"), device: "eth0", gateway: "192.168.1.3" })
      .observe("tv0");
    const routes = observed.routes.map((route) => (route.network.length === 16 ? { ...route, tos: "0x10" } : route));
    const desired = desiredState({ name: "tv0", mtu: 1420, addresses: [], allowedIps: prefixes("10.8.0.0/16") });
    expect(conflictsOf(desired, observed, new Set()).map(({ code }) => code)).toEqual(["ROUTE_TAKEN"]);
    expect(conflictsOf(desired, { ...observed, routes }, new Set())).toEqual([]);
  });

  test("a route that the kernel could not add, or that would never be used, is refused", async () => {
    const gateway = { network: prefix("10.8.0.0/16"), device: "eth0", gateway: "192.168.1.3" };
    expect(await conflicts(host().foreignRoute(gateway), { allowedIps: ["10.8.0.0/16"] })).toEqual([
      {
        code: "ROUTE_TAKEN",
        message: "cannot route 10.8.0.0/16 into tv0: another route leads there through eth0",
        fix: "take 10.8.0.0/16 out of AllowedIPs, or remove the other route: ip route del 10.8.0.0/16 via 192.168.1.3 dev eth0",
      },
    ]);
    const preferred = { network: prefix("fd08::/48"), device: "eth0", gateway: "fd01::3", metric: 100 };
    expect(await codes(host().foreignRoute(preferred), { allowedIps: ["fd08::/48"] })).toEqual(["ROUTE_TAKEN"]);
    const nowhere = host().foreignRoute({ network: prefix("10.8.0.0/16"), type: "blackhole" });
    expect((await conflicts(nowhere, { allowedIps: ["10.8.0.0/16"] }))[0]?.message).toContain("another route makes it blackhole");
  });

  test("a fallback through a gateway and a guard, both of worse metric, stay beside ours", async () => {
    const fallback = { network: prefix("10.8.0.0/16"), device: "eth0", gateway: "192.168.1.3", metric: 500 };
    const guard = { network: prefix("10.9.0.0/16"), type: "unreachable", metric: 4278198272 };
    expect(await codes(host().foreignRoute(fallback).foreignRoute(guard), { allowedIps: ["10.8.0.0/16", "10.9.0.0/16"] })).toEqual([]);
    expect(await codes(host().foreignRoute(fallback), { addresses: ["10.8.0.1/16"] })).toEqual([]);
  });

  test("a route of ours that is there already is none; one through a gateway on the interface is", async () => {
    const up = host().shell("link set dev tv0 up", "route add 10.8.0.0/16 dev tv0");
    expect(await codes(up, { allowedIps: ["10.8.0.0/16"] })).toEqual([]);
    const via = host().foreignRoute({ network: prefix("10.8.0.0/16"), device: "tv0", gateway: "10.0.0.9" });
    expect(await codes(via, { allowedIps: ["10.8.0.0/16"] })).toEqual(["ROUTE_TAKEN"]);
  });

  test("link-local networks are every interface's own", async () => {
    expect(await codes(host(), { addresses: ["fe80::1/64"] })).toEqual([]);
    expect(await codes(host(), { allowedIps: ["fe80::/64"] })).toEqual([]);
  });
});

test("IPV6_DISABLED only where IPv6 is asked for", async () => {
  const without = new FakeHost().link("tv0", { ipv6: false });
  expect((await conflicts(without, { addresses: ["fd09::1/64"] }))[0]).toMatchObject({
    code: "IPV6_DISABLED",
    fix: expect.stringContaining("sysctl -w net.ipv6.conf.default.disable_ipv6=0"),
  });
  expect(await codes(without, { allowedIps: ["fd08::/48"] })).toEqual(["IPV6_DISABLED"]);
  expect(await codes(without, { addresses: ["10.0.0.1/24"], allowedIps: ["10.8.0.0/16"] })).toEqual([]);
});

test("all conflicts are found at once", async () => {
  expect(await codes(host(), { addresses: ["fd01::10/128"], allowedIps: ["192.168.1.0/24"] })).toEqual(["ADDRESS_IN_USE", "ROUTE_TAKEN"]);
});

test("a route in iproute2's words", () => {
  const base = { network: prefix("10.8.0.0/16"), metric: 0, tos: null, protocol: "boot", type: "unicast", plain: false };
  const hop = (device: string, gateway: string | null) => ({ device, gateway });
  expect(formatRoute({ ...base, hops: [hop("eth0", "fd01::9")], metric: 5 })).toBe("10.8.0.0/16 via inet6 fd01::9 dev eth0 metric 5");
  expect(formatRoute({ ...base, type: "unreachable", hops: [] })).toBe("unreachable 10.8.0.0/16");
  expect(formatRoute({ ...base, hops: [hop("a", "10.0.0.1"), hop("b", null)] })).toBe(
    "10.8.0.0/16 nexthop via 10.0.0.1 dev a nexthop dev b",
  );
});
