import { describe, expect, test } from "vitest";
import { type DesiredState, desiredState } from "../../../src/hostnet/desired.js";
import { formatPlan, plan } from "../../../src/hostnet/plan.js";
import { type Step, stepCommands } from "../../../src/hostnet/step.js";
import { FakeHost, prefixes } from "./fake-host.js";

const CONTEXT = { endpoints: [], fwMark: 0 };

function desired(settings: { mtu?: number; addresses?: string[]; allowedIps?: string[] } = {}): DesiredState {
  const { mtu = 1420, addresses = ["10.0.0.1/24", "fd09::1/64"], allowedIps = ["10.8.0.0/16", "10.0.0.2/32", "fd08::/48"] } = settings;
  return desiredState({ name: "tv0", mtu, addresses: prefixes(...addresses), allowedIps: prefixes(...allowedIps) });
}

async function steps(host: FakeHost, wanted: DesiredState, taken: readonly Step[] = []): Promise<readonly Step[]> {
  return plan(wanted, await host.observe("tv0"), CONTEXT, taken).steps;
}

describe("a new interface", () => {
  const host = new FakeHost().link("lo").link("tv0");

  test("as people read it", async () => {
    expect(formatPlan(await steps(host, desired()))).toBe(
      [
        "~ link tv0 mtu 1500 → 1420",
        "~ link tv0 addrgenmode eui64 → none",
        "~ link tv0 admin down → up",
        "+ address 10.0.0.1/24 dev tv0",
        "+ address fd09::1/64 dev tv0",
        "+ route 10.8.0.0/16 dev tv0",
        "+ route fd08::/48 dev tv0 metric 1024",
      ].join("\n"),
    );
  });

  test("as ip reads it", async () => {
    expect((await steps(host, desired())).flatMap(stepCommands)).toEqual([
      "link set dev tv0 mtu 1420",
      "link set dev tv0 addrgenmode none",
      "link set dev tv0 up",
      "addr add 10.0.0.1/24 dev tv0",
      "addr add fd09::1/64 dev tv0",
      "route add 10.8.0.0/16 dev tv0",
      "route add fd08::/48 dev tv0 metric 1024",
    ]);
  });
});

test("an interface that is yet to be made: everything is an addition", async () => {
  expect(formatPlan(await steps(new FakeHost().link("lo"), desired({ addresses: ["10.0.0.1/24"], allowedIps: ["10.8.0.0/16"] })))).toBe(
    [
      "+ link tv0 mtu 1420",
      "+ link tv0 addrgenmode none",
      "+ link tv0 admin up",
      "+ address 10.0.0.1/24 dev tv0",
      "+ route 10.8.0.0/16 dev tv0",
    ].join("\n"),
  );
});

test("nothing to do is no text", async () => {
  const host = new FakeHost().link("tv0");
  host.shell(...(await steps(host, desired())).flatMap(stepCommands));
  expect(formatPlan(await steps(host, desired()))).toBe("");
});

test("what someone else has already set up is left as it is", async () => {
  const host = new FakeHost().link("tv0", { mtu: 1420, up: true, addrGenMode: "none" });
  host.shell(
    "addr add 10.0.0.1/24 dev tv0",
    "addr add 10.44.0.1/24 dev tv0",
    "route add 10.8.0.0/16 dev tv0",
    "route add 10.45.0.0/16 dev tv0",
  );
  expect(formatPlan(await steps(host, desired({ addresses: ["10.0.0.1/24"], allowedIps: ["10.8.0.0/16"] })))).toBe("");
});

describe("another file for the same interface", () => {
  async function madeBy(first: DesiredState): Promise<{ host: FakeHost; taken: readonly Step[] }> {
    const host = new FakeHost().link("tv0");
    const taken = await steps(host, first);
    host.shell(...taken.flatMap(stepCommands), "addr add 10.44.0.1/24 dev tv0");
    return { host, taken };
  }

  test("what we made and no longer want goes, what others made stays", async () => {
    const { host, taken } = await madeBy(desired());
    const second = desired({ mtu: 1380, addresses: ["10.0.0.9/24", "fd09::1/64"], allowedIps: ["10.8.0.0/16", "10.7.0.0/16"] });
    expect(formatPlan(await steps(host, second, taken))).toBe(
      [
        "− route fd08::/48 dev tv0 metric 1024",
        "~ link tv0 mtu 1420 → 1380",
        "+ address 10.0.0.9/24 dev tv0",
        "− address 10.0.0.1/24 dev tv0",
        "+ route 10.7.0.0/16 dev tv0",
      ].join("\n"),
    );
  });

  test("addresses of one network go last first, since the first would take the others along", async () => {
    const { host, taken } = await madeBy(desired({ addresses: ["10.0.0.1/24", "10.0.0.2/24"], allowedIps: [] }));
    expect(formatPlan(await steps(host, desired({ addresses: ["10.7.0.1/24"], allowedIps: [] }), taken))).toBe(
      ["+ address 10.7.0.1/24 dev tv0", "− address 10.0.0.2/24 dev tv0", "− address 10.0.0.1/24 dev tv0"].join("\n"),
    );
  });

  test("an IPv6 address with another length is removed before it is added", async () => {
    const { host, taken } = await madeBy(desired());
    const wider = plan(desired({ addresses: ["10.0.0.1/24", "fd09::1/48"] }), await host.observe("tv0"), CONTEXT, taken);
    expect(wider.conflicts).toEqual([]);
    expect(formatPlan(wider.steps)).toBe(["− address fd09::1/64 dev tv0", "+ address fd09::1/48 dev tv0"].join("\n"));
  });
});

test("an MTU without room for IPv6 comes when no IPv6 is left, and sets no mode", async () => {
  const host = new FakeHost().link("tv0");
  expect((await steps(host, desired({ mtu: 1000, addresses: ["10.0.0.1/24"], allowedIps: [] }))).flatMap(stepCommands)).toEqual([
    "link set dev tv0 up",
    "addr add 10.0.0.1/24 dev tv0",
    "link set dev tv0 mtu 1000",
  ]);
});
