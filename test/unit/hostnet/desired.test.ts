import { describe, expect, test } from "vitest";
import { InvariantViolation } from "../../../src/base/invariant.js";
import { formatPrefix } from "../../../src/base/prefix.js";
import { connectedNetworks, desiredState } from "../../../src/hostnet/desired.js";
import { prefixes } from "./fake-host.js";

const NOTHING = { name: "tv0", mtu: 1420, addresses: [], allowedIps: [] };

describe("desiredState", () => {
  test("masks host bits of routes, keeps those of addresses, and sorts by family, address and length", () => {
    const allowedIps = prefixes("fd08::1/48", "10.9.0.5/16", "10.8.1.0/24", "10.8.0.0/16", "10.8.1.7/32");
    const desired = desiredState({ ...NOTHING, addresses: prefixes("10.0.0.7/24"), allowedIps });
    expect(desired.addresses.map(formatPrefix)).toEqual(["10.0.0.7/24"]);
    expect(desired.routes.map(formatPrefix)).toEqual(["10.8.0.0/16", "10.8.1.0/24", "10.8.1.7/32", "10.9.0.0/16", "fd08::/48"]);
  });

  test("names each address and each network once", () => {
    const desired = desiredState({
      ...NOTHING,
      addresses: prefixes("10.0.0.1/24", "10.0.0.1/24"),
      allowedIps: prefixes("10.8.0.1/16", "10.8.0.2/16"),
    });
    expect(desired.addresses).toHaveLength(1);
    expect(desired.routes.map(formatPrefix)).toEqual(["10.8.0.0/16"]);
  });

  test("leaves to the connected route what lies in a network of the interface's own, and nothing wider", () => {
    const allowedIps = prefixes("10.0.0.2/32", "10.0.0.0/24", "10.0.0.0/16", "10.0.1.0/24", "fd09::2/128", "fd0a::2/128");
    const desired = desiredState({ ...NOTHING, addresses: prefixes("10.0.0.1/24", "fd09::1/64"), allowedIps });
    expect(desired.routes.map(formatPrefix)).toEqual(["10.0.0.0/16", "10.0.1.0/24", "fd0a::2/128"]);
  });

  test("refuses what the config should have refused", () => {
    expect(() => desiredState({ ...NOTHING, allowedIps: prefixes("0.0.0.0/0") })).toThrow(InvariantViolation);
    expect(() => desiredState({ ...NOTHING, mtu: 1279, addresses: prefixes("fd09::1/64") })).toThrow(InvariantViolation);
    expect(() => desiredState({ ...NOTHING, mtu: 1279, addresses: prefixes("10.0.0.1/24") })).not.toThrow();
    expect(() => desiredState({ ...NOTHING, name: "tv0 down" })).toThrow(InvariantViolation);
  });
});

test("a single host connects no network", () => {
  const desired = desiredState({
    ...NOTHING,
    addresses: prefixes("10.0.0.1/32", "10.1.0.1/24", "10.1.0.2/24", "fd09::1/128", "fd0a::1/64"),
  });
  expect(connectedNetworks(desired).map(formatPrefix)).toEqual(["10.1.0.0/24", "fd0a::/64"]);
});
