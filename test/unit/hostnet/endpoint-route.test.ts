import { expect, test } from "vitest";
import { desiredState } from "../../../src/hostnet/desired.js";
import { plan } from "../../../src/hostnet/plan.js";
import { FakeHost, prefix, prefixes } from "./fake-host.js";

function host(): FakeHost {
  const lan = new FakeHost().link("eth0", { up: true }).link("tv0").shell("addr add 192.168.1.10/24 dev eth0");
  return lan.foreignRoute({ network: prefix("0.0.0.0/0"), device: "eth0", gateway: "192.168.1.1" });
}

async function conflicts(observed: FakeHost, endpoint: string, fwMark = 0, addresses = ["10.0.0.1/24"]) {
  const allowedIps = prefixes("203.0.113.0/24", "192.168.0.0/16", "2001:db8::/32");
  const desired = desiredState({ name: "tv0", mtu: 1420, addresses: prefixes(...addresses), allowedIps });
  const endpoints = prefixes(endpoint).map((one) => one.address);
  return plan(desired, await observed.observe("tv0"), { endpoints, fwMark }).conflicts.map((error) => error.report());
}

test("an endpoint that only the tunnel would lead to is refused, with the route that mends it", async () => {
  expect(await conflicts(host(), "203.0.113.5")).toEqual([
    {
      code: "ENDPOINT_IN_TUNNEL",
      message:
        "the endpoint 203.0.113.5 lies in 203.0.113.0/24, which is routed into tv0: the tunnel's own packets would go into the tunnel",
      fix: "leave the endpoint out of AllowedIPs, or give it a route of its own first: ip route add 203.0.113.5 via 192.168.1.1 dev eth0",
    },
  ]);
});

test("the network of an Address counts as the tunnel's", async () => {
  expect((await conflicts(host(), "10.0.0.7")).map(({ code }) => code)).toEqual(["ENDPOINT_IN_TUNNEL"]);
});

test("without any other route the gateway is the operator's to fill in", async () => {
  expect((await conflicts(host(), "2001:db8::5"))[0]?.fix).toContain("ip route add 2001:db8::5 via GATEWAY");
});

test("a more specific way outside makes it fine: the LAN, a host route, the host itself", async () => {
  expect(await conflicts(host(), "192.168.1.77")).toEqual([]);
  const pinned = host().foreignRoute({ network: prefix("203.0.113.5/32"), device: "eth0", gateway: "192.168.1.1" });
  expect(await conflicts(pinned, "203.0.113.5")).toEqual([]);
  expect(await conflicts(host().shell("addr add 203.0.113.5/32 dev eth0"), "203.0.113.5")).toEqual([]);
});

test("a more specific way that leads nowhere, or into the tunnel, does not", async () => {
  const nowhere = host().foreignRoute({ network: prefix("203.0.113.5/32"), type: "unreachable" });
  expect(await conflicts(nowhere, "203.0.113.5")).toHaveLength(1);
  const inside = host().shell("link set dev tv0 up", "route add 203.0.113.5/32 dev tv0");
  expect(await conflicts(inside, "203.0.113.5")).toHaveLength(1);
});

test("a fallback beside the tunnel's own route is not used, and does not either", async () => {
  const fallback = host().foreignRoute({ network: prefix("203.0.113.0/24"), device: "eth0", gateway: "192.168.1.3", metric: 500 });
  expect((await conflicts(fallback, "203.0.113.5"))[0]?.fix).toContain("ip route add 203.0.113.5 via 192.168.1.3 dev eth0");
});

test("a link-local endpoint goes out of the interface it names", async () => {
  expect(await conflicts(host(), "fe80::7", 0, ["fe80::1/64"])).toEqual([]);
});

test("outside all prefixes, or with a mark for the operator's own rules, nothing is said", async () => {
  expect(await conflicts(host(), "198.51.100.1")).toEqual([]);
  expect(await conflicts(host(), "203.0.113.5", 51820)).toEqual([]);
});
