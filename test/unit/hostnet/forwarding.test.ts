import { describe, expect, test } from "vitest";
import { desiredState } from "../../../src/hostnet/desired.js";
import { forwardingWarnings, readForwarding } from "../../../src/hostnet/forwarding.js";
import { FakeHost, prefix, prefixes } from "./fake-host.js";

const OFF = { 4: false, 6: false };

/** An uplink and a LAN, in both families. */
function gateway(): FakeHost {
  const host = new FakeHost().link("lo", { up: true }).link("eth0", { up: true }).link("lan0", { up: true }).link("tv0", { up: true });
  host.shell("addr add 127.0.0.1/8 dev lo", "addr add 192.0.2.10/24 dev eth0", "addr add 2001:db8::10/64 dev eth0");
  host.shell("addr add 192.168.1.1/24 dev lan0", "addr add fd01::1/64 dev lan0", "addr add 10.0.0.1/24 dev tv0");
  host.foreignRoute({ network: prefix("0.0.0.0/0"), device: "eth0", gateway: "192.0.2.1" });
  return host.foreignRoute({ network: prefix("::/0"), device: "eth0", gateway: "fe80::1", protocol: "ra", metric: 1024 });
}

async function warnings(host: FakeHost, allowedIps = ["10.8.0.0/16"], forwarding = OFF) {
  const desired = desiredState({ name: "tv0", mtu: 1420, addresses: prefixes("10.0.0.1/24"), allowedIps: prefixes(...allowedIps) });
  return forwardingWarnings(desired, await host.observe("tv0"), forwarding).map((warning) => warning.report());
}

describe("a gateway that does not forward is warned", () => {
  test("for IPv4", async () => {
    expect(await warnings(gateway())).toEqual([
      {
        code: "IP_FORWARD_OFF",
        message: "this host does not forward IPv4: what lies behind lan0 cannot reach the networks behind tv0",
        fix: "sysctl -w net.ipv4.ip_forward=1",
      },
    ]);
  });

  test("for IPv6, without losing the default route that it learns", async () => {
    const [warning] = await warnings(gateway(), ["fd08::/48"]);
    expect(warning?.fix).toBe("sysctl -w net.ipv6.conf.all.forwarding=1 net/ipv6/conf/eth0/accept_ra=2");
  });

  test("for each family by itself", async () => {
    expect(await warnings(gateway(), ["10.8.0.0/16", "fd08::/48"])).toHaveLength(2);
    expect(await warnings(gateway(), ["10.8.0.0/16", "fd08::/48"], { 4: true, 6: false })).toHaveLength(1);
    expect(await warnings(gateway(), ["10.8.0.0/16", "fd08::/48"], { 4: true, 6: true })).toEqual([]);
  });
});

describe("no gateway, no warning", () => {
  test("when the tunnel leads to single hosts only", async () => {
    expect(await warnings(gateway(), ["10.8.0.1/32"])).toEqual([]);
  });

  test("with one uplink", async () => {
    const host = gateway();
    host.addresses = host.addresses.filter(({ device }) => device !== "lan0");
    expect(await warnings(host)).toEqual([]);
  });

  test("with an interface that is down, or has no network", async () => {
    expect(await warnings(gateway().shell("link set dev lan0 down"))).toEqual([]);
    const hostOnly = gateway();
    hostOnly.shell("addr del 192.168.1.1/24 dev lan0", "addr add 192.168.1.1/32 dev lan0");
    expect(await warnings(hostOnly)).toEqual([]);
  });

  test("with a link-local address only", async () => {
    const host = gateway().shell("addr del fd01::1/64 dev lan0", "addr add fe80::1/64 dev lan0");
    expect(await warnings(host, ["fd08::/48"])).toEqual([]);
  });

  test("with cable and radio in one network, or an uplink each", async () => {
    const same = gateway();
    same.shell("addr del 192.168.1.1/24 dev lan0", "addr add 192.0.2.11/24 dev lan0");
    expect(await warnings(same)).toEqual([]);
    const both = gateway().foreignRoute({ network: prefix("0.0.0.0/0"), device: "lan0", gateway: "192.168.1.254", metric: 600 });
    expect(await warnings(both)).toEqual([]);
  });
});

test("the settings are read from the kernel; a missing one is off", async () => {
  const host = new FakeHost();
  host.sysctls.set("net/ipv4/ip_forward", "1");
  expect(await readForwarding(host)).toEqual({ 4: true, 6: false });
});
