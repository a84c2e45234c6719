import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apply } from "../../../src/hostnet/apply.js";
import { desiredState } from "../../../src/hostnet/desired.js";
import { findJournals, Journal, readJournal } from "../../../src/hostnet/journal.js";
import { headerLine, JOURNAL_VERSION, type JournalHeader } from "../../../src/hostnet/journal-lines.js";
import { discardOtherBoots, recover, undo } from "../../../src/hostnet/undo.js";
import { FakeHost, prefixes } from "./fake-host.js";

const HERE = { bootId: "b1", netns: "4026" };
const HEADER: JournalHeader = { name: "tv0", ...HERE, pid: 7, runtimeDir: "/r", agentVersion: "0.1.0", created: "2026-01-01T00:00:00Z" };
const SITE = desiredState({ name: "tv0", mtu: 1420, addresses: prefixes("10.0.0.1/24"), allowedIps: prefixes("10.8.0.0/16") });

let directory: string;
let journal: Journal;
let host: FakeHost;
let before: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "undo-"));
  journal = await Journal.create(directory, HEADER);
  host = new FakeHost().link("lo").link("tv0");
  before = host.text();
  await apply(host, journal, SITE, { endpoints: [], fwMark: 0 });
  host.lines.length = 0;
});

afterEach(() => rm(directory, { recursive: true }));

async function journalState(): Promise<string> {
  return (await readJournal(journal.path)).state;
}

test("everything is put back, last first, and the journal goes", async () => {
  expect(await undo(host, journal, HERE)).toEqual({
    verdict: "undone",
    entries: [
      { what: "− route 10.8.0.0/16 dev tv0", outcome: "undone" },
      { what: "− address 10.0.0.1/24 dev tv0", outcome: "undone" },
      { what: "~ link tv0 admin up → down", outcome: "undone" },
      { what: "~ link tv0 addrgenmode none → eui64", outcome: "undone" },
      { what: "~ link tv0 mtu 1420 → 1500", outcome: "undone" },
    ],
  });
  expect(host.text()).toBe(before);
  expect(await journalState()).toBe("absent");
});

test("a journal of another boot is deleted, never replayed", async () => {
  expect(await undo(host, journal, { ...HERE, bootId: "b2" })).toEqual({ verdict: "otherBoot", entries: [] });
  expect(host.lines).toEqual([]);
  expect(await journalState()).toBe("absent");
});

test("a journal of another namespace is left alone", async () => {
  expect(await undo(host, journal, { ...HERE, netns: "4027" })).toEqual({ verdict: "otherNamespace", entries: [] });
  expect(host.lines).toEqual([]);
  expect(await journalState()).toBe("readable");
});

describe("only what is ours is touched", () => {
  test("not an interface of the same name that came later", async () => {
    host.links = host.links.map((link) => (link.name === "tv0" ? { ...link, ifindex: 9 } : link));
    const after = host.text();
    const report = await undo(host, journal, HERE);
    expect(new Set(report.entries.map(({ outcome }) => outcome))).toEqual(new Set(["changed"]));
    expect(host.lines).toEqual([]);
    expect(host.text()).toBe(after);
    expect(await journalState()).toBe("absent");
  });

  test("not what someone changed since", async () => {
    host.shell("link set dev tv0 mtu 1300");
    const report = await undo(host, journal, HERE);
    expect(report.entries.at(-1)).toEqual({ what: "link tv0 mtu", outcome: "changed" });
    expect(host.text()).toContain("link tv0 mtu 1300 down");
  });

  test("what is gone already is said so", async () => {
    host.shell("route del 10.8.0.0/16 dev tv0");
    const report = await undo(host, journal, HERE);
    expect(report.entries[0]).toEqual({ what: "route 10.8.0.0/16 dev tv0", outcome: "gone" });
    expect(host.text()).toBe(before);
  });

  test("and nothing at all when the interface went with its descriptor", async () => {
    host.links = host.links.filter((link) => link.name !== "tv0");
    host.addresses = [];
    host.routes = [];
    const report = await undo(host, journal, HERE);
    expect(new Set(report.entries.map(({ outcome }) => outcome))).toEqual(new Set(["gone"]));
    expect(host.lines).toEqual([]);
    expect(await journalState()).toBe("absent");
  });
});

describe("when something of ours cannot be removed", () => {
  test("the rest is, and the journal stays for another try", async () => {
    host.deaf = (line) => line.startsWith("link set dev tv0 mtu");
    await expect(undo(host, journal, HERE)).rejects.toMatchObject({
      code: "UNDO_INCOMPLETE",
      message: expect.stringContaining("~ link tv0 mtu 1420 → 1500"),
    });
    expect(host.text()).toContain("link tv0 mtu 1420 down");
    expect(await journalState()).toBe("readable");
    host.deaf = () => false;
    expect((await undo(host, journal, HERE)).verdict).toBe("undone");
    expect(host.text()).toBe(before);
  });

  test("for lack of the capability, that is told", async () => {
    host.forbidden = () => true;
    await expect(undo(host, journal, HERE)).rejects.toMatchObject({ code: "NET_ADMIN_DENIED" });
    expect(await journalState()).toBe("readable");
  });
});

describe("recover", () => {
  test("undoes what a killed run left", async () => {
    expect((await recover(host, journal.path, HERE)).verdict).toBe("undone");
    expect(host.text()).toBe(before);
  });

  test("undoes the whole lines of a torn journal", async () => {
    const text = await readFile(journal.path, "utf8");
    await writeFile(journal.path, `${text}{"step":{"before":null,"aft`);
    expect((await recover(host, journal.path, HERE)).verdict).toBe("undone");
    expect(host.text()).toBe(before);
  });

  test("no journal, or one that was never begun, is nothing", async () => {
    expect(await recover(host, join(directory, "none"), HERE)).toEqual({ verdict: "nothing", entries: [] });
    await writeFile(journal.path, headerLine(HEADER).slice(0, 20));
    expect(await recover(host, journal.path, HERE)).toEqual({ verdict: "nothing", entries: [] });
    expect(await journalState()).toBe("absent");
  });

  test("what cannot be read is the operator's, and stays", async () => {
    await writeFile(journal.path, "rubbish\n");
    await expect(recover(host, journal.path, HERE)).rejects.toMatchObject({ code: "JOURNAL_UNREADABLE" });
    expect(await journalState()).toBe("damaged");
    await expect(recover(host, directory, HERE)).rejects.toMatchObject({
      code: "JOURNAL_UNREADABLE",
      message: expect.stringContaining("EISDIR"),
    });
  });

  test("another version's is left to it, unless it is of another boot", async () => {
    const text = await readFile(journal.path, "utf8");
    await writeFile(journal.path, text.replace(`"version":${JOURNAL_VERSION}`, '"version":99'));
    await expect(recover(host, journal.path, HERE)).rejects.toMatchObject({ code: "JOURNAL_OTHER_VERSION" });
    expect(await journalState()).toBe("otherVersion");
    expect((await recover(host, journal.path, { ...HERE, bootId: "b2" })).verdict).toBe("otherBoot");
    expect(await journalState()).toBe("absent");
  });
});

test("journals of earlier boots are deleted, of any interface, namespace and version; no others", async () => {
  const other = await Journal.create(directory, { ...HEADER, name: "old", netns: "1", bootId: "b0" });
  const newer = await Journal.create(directory, { ...HEADER, name: "new", bootId: "b0" });
  await writeFile(newer.path, headerLine(newer.header).replace(`"version":${JOURNAL_VERSION}`, '"version":99'));
  const elsewhere = await Journal.create(directory, { ...HEADER, name: "lab", netns: "4027" });
  await writeFile(join(directory, "bad@1.journal"), "rubbish\n");
  expect(await discardOtherBoots(directory, HERE.bootId)).toEqual([newer.path, other.path]);
  expect(await findJournals(directory)).toEqual([join(directory, "bad@1.journal"), elsewhere.path, journal.path]);
});
