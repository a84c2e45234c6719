import { expect, test } from "vitest";
import { seenResources } from "../../../src/hostnet/kinds.js";
import { FakeHost, prefix } from "./fake-host.js";

/** A line a resource, with a star for those that could be made again. */
async function seen(host: FakeHost): Promise<string[]> {
  const resources = seenResources(await host.observe("tv0"), "tv0");
  return [...resources].map(([key, { restorable }]) => (restorable ? `${key} *` : key)).sort();
}

test("only what concerns the interface is seen, and what is the kernel's own is not made again", async () => {
  const host = new FakeHost().link("eth0", { up: true }).link("tv0", { up: true });
  host.shell("addr add 192.168.1.10/24 dev eth0", "addr add 10.0.0.1/24 dev tv0", "route add 10.8.0.0/16 dev tv0");
  host.foreignRoute({ network: prefix("10.9.0.0/16"), device: "tv0", protocol: "static" });
  expect(await seen(host)).toEqual([
    "address 10.0.0.1/24 dev tv0 *",
    "link tv0 addrgenmode",
    "link tv0 admin",
    "link tv0 mtu",
    "route 10.0.0.0/24 dev tv0",
    "route 10.8.0.0/16 dev tv0 *",
    "route 10.9.0.0/16 dev tv0",
  ]);
});

test("someone's route counts before an equal one of the kernel's, whichever comes first", async () => {
  const host = new FakeHost().link("tv0", { up: true });
  host.shell("route add 10.0.0.0/24 dev tv0", "addr add 10.0.0.1/24 dev tv0");
  expect(await seen(host)).toContain("route 10.0.0.0/24 dev tv0 *");
  host.routes.reverse();
  expect(await seen(host)).toContain("route 10.0.0.0/24 dev tv0 *");
});

test("routes through gateways or for one type of service, and point-to-point addresses, are of another kind", async () => {
  const host = new FakeHost().link("tv0", { up: true });
  host.shell("addr add 10.0.0.1/32 dev tv0", "route add 10.8.0.0/16 dev tv0");
  host.foreignRoute({ network: prefix("10.9.0.0/16"), device: "tv0", gateway: "10.0.0.2" });
  const observed = await host.observe("tv0");
  const special = {
    ...observed,
    addresses: observed.addresses.map((address) => ({ ...address, remote: "10.0.0.2" })),
    routes: observed.routes.map((route) => ({ ...route, tos: "0x10" })),
  };
  const keys = (state: typeof observed) => [...seenResources(state, "tv0").keys()].filter((key) => !key.startsWith("link"));
  expect(keys(observed)).toEqual(["address 10.0.0.1/32 dev tv0", "route 10.8.0.0/16 dev tv0"]);
  expect(keys(special)).toEqual([]);
});
