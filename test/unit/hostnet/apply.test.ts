import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OperatorErrors } from "../../../src/base/errors.js";
import { apply } from "../../../src/hostnet/apply.js";
import { type DesiredState, desiredState } from "../../../src/hostnet/desired.js";
import { Journal, readJournal } from "../../../src/hostnet/journal.js";
import type { JournalHeader } from "../../../src/hostnet/journal-lines.js";
import { formatPlan } from "../../../src/hostnet/plan.js";
import { FakeHost, prefix, prefixes } from "./fake-host.js";

const HEADER: JournalHeader = {
  name: "tv0",
  bootId: "b1",
  netns: "4026",
  pid: 7,
  runtimeDir: "/r",
  agentVersion: "0.1.0",
  created: "2026-01-01T00:00:00Z",
};
const CONTEXT = { endpoints: [], fwMark: 0 };

let directory: string;
let journal: Journal;
let host: FakeHost;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "apply-"));
  journal = await Journal.create(directory, HEADER);
  host = new FakeHost().link("lo", { up: true, mtu: 65536 }).link("eth0", { up: true }).link("tv0");
  host.shell("addr add 192.168.1.10/24 dev eth0").foreignRoute({ network: prefix("0.0.0.0/0"), device: "eth0", gateway: "192.168.1.1" });
});

afterEach(() => rm(directory, { recursive: true }));

function wanted(addresses: string[], allowedIps: string[], mtu = 1420): DesiredState {
  return desiredState({ name: "tv0", mtu, addresses: prefixes(...addresses), allowedIps: prefixes(...allowedIps) });
}

const SITE = wanted(["10.0.0.1/24", "fd09::1/64"], ["10.8.0.0/16", "fd08::/48"]);

const SITE_UP = `\
link lo mtu 65536 up eui64
link eth0 mtu 1500 up eui64
link tv0 mtu 1420 up none
address 10.0.0.1/24 dev tv0
address 192.168.1.10/24 dev eth0
address fd09::1/64 dev tv0
route unicast 0.0.0.0/0 dev eth0 via 192.168.1.1 metric 0 proto static
route unicast 10.0.0.0/24 dev tv0 via null metric 0 proto kernel
route unicast 10.8.0.0/16 dev tv0 via null metric 0 proto boot
route unicast 192.168.1.0/24 dev eth0 via null metric 0 proto kernel
route unicast fd08::/48 dev tv0 via null metric 1024 proto boot
route unicast fd09::/64 dev tv0 via null metric 256 proto kernel`;

test("the whole host afterwards", async () => {
  await apply(host, journal, SITE, CONTEXT);
  expect(host.text()).toBe(SITE_UP);
});

test("each step is in the journal before the first line is run", async () => {
  const run = host.run.bind(host);
  const seen: string[] = [];
  host.run = async (lines, onFailure) => {
    const reading = await readJournal(journal.path);
    seen.push(reading.state === "readable" ? formatPlan(reading.steps) : reading.state);
    return run(lines, onFailure);
  };
  const { steps: taken } = await apply(host, journal, SITE, CONTEXT);
  expect(seen).toEqual([formatPlan(taken)]);
  expect(taken).toHaveLength(7);
});

test("the steps taken are returned, none the second time, and the state read back", async () => {
  const first = await apply(host, journal, wanted(["10.0.0.1/24"], []), CONTEXT);
  expect(formatPlan(first.steps)).toContain("+ address 10.0.0.1/24 dev tv0");
  const second = await apply(host, journal, wanted(["10.0.0.1/24"], []), CONTEXT);
  expect(second.steps).toEqual([]);
  const state = await host.observe("tv0");
  expect([first.observed, second.observed]).toEqual([state, state]);
});

describe("what the kernel takes along comes back", () => {
  test("routes, ours and others', when the only IPv4 address changes within its network", async () => {
    await apply(host, journal, SITE, CONTEXT);
    host.shell("route add 10.77.0.0/16 dev tv0");
    await apply(host, journal, wanted(["10.0.0.2/24", "fd09::1/64"], ["10.8.0.0/16", "fd08::/48"]), CONTEXT);
    expect(host.text()).toContain("address 10.0.0.2/24 dev tv0");
    expect(host.text()).toContain("10.8.0.0/16 dev tv0");
    expect(host.text()).toContain("10.77.0.0/16 dev tv0");
    const reading = await readJournal(journal.path);
    expect(reading.state === "readable" && formatPlan(reading.steps)).not.toContain("10.77.0.0/16");
  });
});

describe("nothing is changed, and no line run", () => {
  test("on a conflict", async () => {
    const before = host.text();
    await expect(apply(host, journal, wanted([], ["192.168.1.0/24"]), CONTEXT)).rejects.toMatchObject({ code: "ROUTE_TAKEN" });
    expect(host.lines).toEqual([]);
    expect(host.text()).toBe(before);
  });

  test("on several, which come together", async () => {
    const error = await apply(host, journal, wanted(["192.168.1.10/32"], ["192.168.1.0/24"]), CONTEXT).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OperatorErrors);
    expect((error as OperatorErrors).errors.map(({ code }) => code)).toEqual(["ADDRESS_IN_USE", "ROUTE_TAKEN"]);
  });

  test("without the interface", async () => {
    host.links.pop();
    await expect(apply(host, journal, SITE, CONTEXT)).rejects.toMatchObject({ code: "LINK_MISSING" });
    expect(host.lines).toEqual([]);
  });

  test("when the journal cannot be written", async () => {
    await rm(journal.path);
    await expect(apply(host, journal, SITE, CONTEXT)).rejects.toMatchObject({ code: "JOURNAL_WRITE_FAILED" });
    expect(host.lines).toEqual([]);
  });
});

describe("on failure", () => {
  test("the words of ip are told, and everything is put back", async () => {
    const before = host.text();
    host.refuse = { after: 5, words: "RTNETLINK answers: File exists" };
    await expect(apply(host, journal, SITE, CONTEXT)).rejects.toMatchObject({
      code: "IP_COMMAND_FAILED",
      message: "ip route add 10.8.0.0/16 dev tv0: File exists",
    });
    expect(host.text()).toBe(before);
    expect(await readJournal(journal.path)).toMatchObject({ steps: [] });
  });

  test("of a second file, the first one's state is put back", async () => {
    await apply(host, journal, SITE, CONTEXT);
    const taken = journal.steps.length;
    host.refuse = { after: 2, words: "RTNETLINK answers: Operation not permitted" };
    await expect(apply(host, journal, wanted(["10.0.0.2/24"], ["10.7.0.0/16"], 1380), CONTEXT)).rejects.toMatchObject({
      code: "NET_ADMIN_DENIED",
    });
    expect(host.text()).toBe(SITE_UP);
    expect(journal.steps).toHaveLength(taken);
  });

  test("a change that the kernel took but did not make is found by reading back", async () => {
    const before = host.text();
    host.deaf = (line) => line.startsWith("route add 10.8");
    await expect(apply(host, journal, SITE, CONTEXT)).rejects.toMatchObject({
      code: "HOST_STATE_UNVERIFIED",
      message: expect.stringContaining("+ route 10.8.0.0/16 dev tv0"),
    });
    expect(host.text()).toBe(before);
  });

  test("what cannot be put back is told beside the failure, and stays in the journal", async () => {
    host.forbidden = (line) => line.startsWith("route add 10.8") || line.startsWith("addr del fd09");
    host.deaf = (line) => line.endsWith("down");
    const error = await apply(host, journal, SITE, CONTEXT).catch((caught: unknown) => caught);
    expect((error as OperatorErrors).errors.map(({ code }) => code)).toEqual(["NET_ADMIN_DENIED", "UNDO_INCOMPLETE"]);
    expect((error as OperatorErrors).message).toContain("− address fd09::1/64 dev tv0");
    expect(journal.steps.length).toBeGreaterThan(0);
  });
});
