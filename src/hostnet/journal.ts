import { constants } from "node:fs";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OperatorError } from "../base/errors.js";
import { isInterfaceName } from "../base/interface-name.js";
import { invariant } from "../base/invariant.js";
import { journalExists, journalWriteFailed } from "./errors.js";
import { headerLine, type JournalHeader, type JournalText, parseJournal, stepLines, undoneLine } from "./journal-lines.js";
import type { Step } from "./step.js";

/** What undoing needs to know of a journal. */
export interface JournalContents {
  readonly path: string;
  readonly header: JournalHeader;
  /** Those not yet undone, in the order in which they were taken. */
  readonly steps: readonly Step[];
}

export type JournalReading = { readonly state: "absent" } | { readonly state: "unreadable"; readonly words: string } | JournalText;

/**
 * The undo journal of one interface in one network namespace: what was there before, on disk before anything is changed.
 *
 * It outlives the process on purpose. Its file has mode 0600, in a directory made with 0700 when missing.
 */
export class Journal implements JournalContents {
  readonly #steps: Step[] = [];

  private constructor(
    readonly path: string,
    readonly header: JournalHeader,
  ) {}

  /** @throws OperatorError JOURNAL_EXISTS when an earlier one was not undone, JOURNAL_WRITE_FAILED */
  static async create(directory: string, header: JournalHeader): Promise<Journal> {
    const path = journalPath(directory, header.name, header.netns);
    await writing(path, async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await append(path, constants.O_CREAT | constants.O_EXCL, headerLine(header)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === "EEXIST" ? journalExists({ name: header.name, path }) : error;
      });
      await syncDirectory(directory);
    });
    return new Journal(path, header);
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Returns once the steps are on disk; only then may the first be taken. @throws OperatorError JOURNAL_WRITE_FAILED */
  async record(steps: readonly Step[]): Promise<void> {
    if (steps.length === 0) return;
    await writing(this.path, () => append(this.path, 0, stepLines(steps)));
    this.#steps.push(...steps);
  }

  /** @param from how many steps, counted from the first, are still taken @throws OperatorError JOURNAL_WRITE_FAILED */
  async markUndone(from: number): Promise<void> {
    await writing(this.path, () => append(this.path, 0, undoneLine(from)));
    this.#steps.splice(from);
  }
}

/** `NAME@COOKIE.journal` in the directory. @param netns the cookie of the network namespace, in decimal */
export function journalPath(directory: string, name: string, netns: string): string {
  invariant(isInterfaceName(name) && /^\d+$/.test(netns), `no journal can be named after ${name} and ${netns}`);
  return join(directory, `${name}@${netns}.journal`);
}

/** The paths of all journals in the directory, sorted; empty when there is no such directory, or it may not be read. */
export async function findJournals(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => name.endsWith(".journal"))
    .toSorted()
    .map((name) => join(directory, name));
}

/** @returns what is there, in whatever state; never throws */
export async function readJournal(path: string): Promise<JournalReading> {
  try {
    return parseJournal(await readFile(path, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { state: "absent" } : { state: "unreadable", words: code ?? message };
  }
}

/** Removes a journal whose steps are all undone, or void. @throws OperatorError JOURNAL_WRITE_FAILED */
export async function removeJournal(path: string): Promise<void> {
  await writing(path, async () => {
    await rm(path, { force: true });
    await syncDirectory(dirname(path));
  });
}

/** A line that was written in part is taken back, so that the next one is not glued to it. */
async function append(path: string, flags: number, text: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | flags, 0o600);
  try {
    const { size } = await file.stat();
    try {
      await file.appendFile(text);
      await file.sync();
    } catch (error) {
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function writing(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof OperatorError || code === undefined) throw error;
    throw journalWriteFailed({ path, words: code });
  }
}
