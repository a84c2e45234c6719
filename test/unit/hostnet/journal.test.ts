import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InvariantViolation } from "../../../src/base/invariant.js";
import { findJournals, Journal, journalPath, readJournal, removeJournal } from "../../../src/hostnet/journal.js";
import type { JournalHeader } from "../../../src/hostnet/journal-lines.js";
import type { Step } from "../../../src/hostnet/step.js";

const HEADER: JournalHeader = {
  name: "tv0",
  bootId: "b1",
  netns: "4026",
  pid: 7,
  runtimeDir: "/r",
  agentVersion: "0.1.0",
  created: "2026-01-01T00:00:00Z",
};
const ADDED: Step = { before: null, after: { kind: "address", device: "tv0", ifindex: 3, prefix: "10.0.0.1/24" } };
const ROUTED: Step = { before: null, after: { kind: "route", device: "tv0", ifindex: 3, network: "10.8.0.0/16", metric: 0 } };

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "journal-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

describe("a new journal", () => {
  test("is named after interface and namespace, for its owner alone, and so is its directory", async () => {
    const state = join(directory, "state", "tunvpn");
    const journal = await Journal.create(state, HEADER);
    expect(journal.path).toBe(join(state, "tv0@4026.journal"));
    expect((await stat(journal.path)).mode & 0o777).toBe(0o600);
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    expect(await readJournal(journal.path)).toMatchObject({ state: "readable", header: HEADER, steps: [] });
  });

  test("does not write over one that was not undone", async () => {
    const first = await Journal.create(directory, HEADER);
    await first.record([ADDED]);
    await expect(Journal.create(directory, { ...HEADER, pid: 8 })).rejects.toMatchObject({ code: "JOURNAL_EXISTS" });
    expect(await readJournal(first.path)).toMatchObject({ header: { pid: 7 }, steps: [ADDED] });
    await expect(Journal.create(directory, { ...HEADER, netns: "4027" })).resolves.toBeInstanceOf(Journal);
  });

  test("does not follow a link", async () => {
    await symlink(join(directory, "elsewhere"), join(directory, "tv0@4026.journal"));
    await expect(Journal.create(directory, HEADER)).rejects.toMatchObject({ code: "JOURNAL_EXISTS" });
    await expect(stat(join(directory, "elsewhere"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is refused where it cannot be written", async () => {
    await writeFile(join(directory, "file"), "");
    await expect(Journal.create(join(directory, "file"), HEADER)).rejects.toMatchObject({ code: "JOURNAL_WRITE_FAILED" });
  });
});

describe("steps", () => {
  test("are in the file once record has returned, and gone once they are marked", async () => {
    const journal = await Journal.create(directory, HEADER);
    await journal.record([ADDED]);
    await journal.record([ROUTED]);
    expect(await readJournal(journal.path)).toMatchObject({ steps: [ADDED, ROUTED] });
    await journal.markUndone(1);
    expect(journal.steps).toEqual([ADDED]);
    expect(await readJournal(journal.path)).toMatchObject({ steps: [ADDED], damagedLines: [] });
  });

  test("none leaves the file alone", async () => {
    const journal = await Journal.create(directory, HEADER);
    const before = await readFile(journal.path, "utf8");
    await journal.record([]);
    expect(await readFile(journal.path, "utf8")).toBe(before);
  });

  test("that cannot be written are not held to be taken", async () => {
    const journal = await Journal.create(directory, HEADER);
    await rm(journal.path);
    await expect(journal.record([ADDED])).rejects.toMatchObject({
      code: "JOURNAL_WRITE_FAILED",
      message: expect.stringContaining("ENOENT"),
    });
    expect(journal.steps).toEqual([]);
  });
});

describe("reading never throws", () => {
  test("nothing there, a directory, rubbish", async () => {
    expect(await readJournal(join(directory, "none"))).toEqual({ state: "absent" });
    expect(await readJournal(directory)).toEqual({ state: "unreadable", words: "EISDIR" });
    await writeFile(join(directory, "x"), Buffer.from([0xff, 0x0a, 0xfe]));
    expect(await readJournal(join(directory, "x"))).toEqual({ state: "damaged" });
  });
});

describe("finding", () => {
  test("lists journals only, sorted; a missing directory has none", async () => {
    await Journal.create(directory, { ...HEADER, name: "b" });
    await Journal.create(directory, { ...HEADER, name: "a" });
    await writeFile(join(directory, "notes.txt"), "");
    expect(await findJournals(directory)).toEqual([join(directory, "a@4026.journal"), join(directory, "b@4026.journal")]);
    expect(await findJournals(join(directory, "none"))).toEqual([]);
  });

  test("a name that leads elsewhere is a mistake of ours", () => {
    expect(() => journalPath(directory, "../x", "1")).toThrow(InvariantViolation);
    expect(() => journalPath(directory, "tv0", "1/../x")).toThrow(InvariantViolation);
  });
});

test("removing is for good, and twice is once", async () => {
  const journal = await Journal.create(directory, HEADER);
  await removeJournal(journal.path);
  await removeJournal(journal.path);
  expect(await readJournal(journal.path)).toEqual({ state: "absent" });
});

test("a directory that is there keeps its mode", async () => {
  const shared = join(directory, "shared");
  await mkdir(shared);
  await chmod(shared, 0o750);
  await Journal.create(shared, HEADER);
  expect((await stat(shared)).mode & 0o777).toBe(0o750);
});
