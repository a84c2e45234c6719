import { journalOtherVersion, journalUnreadable, undoIncomplete } from "./errors.js";
import type { Host } from "./host.js";
import { failureError } from "./ip-words.js";
import { findJournals, type JournalContents, readJournal, removeJournal } from "./journal.js";
import { type Resource, sameResource, seenResources } from "./kinds.js";
import { linkNamed } from "./observed.js";
import { formatPlan } from "./plan.js";
import { settle, withBystanders } from "./settle.js";
import { formatStep, originals, type Step, stepKey } from "./step.js";

/** Where this process runs. */
export interface Whereabouts {
  /** /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
  /** The cookie of its network namespace, in decimal. */
  readonly netns: string;
}

export interface UndoReport {
  /**
   * `undone`: nothing of ours is left, and the journal is gone. `otherBoot`: the kernel's state ended with that boot; the journal is gone.
   * `otherNamespace`: nothing was touched, and the journal stays. `nothing`: there was no journal, or none that was begun.
   */
  readonly verdict: "undone" | "otherBoot" | "otherNamespace" | "nothing";
  /** The last step first. */
  readonly entries: readonly UndoEntry[];
}

export interface UndoEntry {
  /** As a line of a plan when it was undone; otherwise the name of the resource. */
  readonly what: string;
  /** `gone`: it was already as before, or went with its interface. `changed`: someone changed it since, and it was left to them. */
  readonly outcome: "undone" | "gone" | "changed";
}

/**
 * Undoes what a journal tells, wherever it comes from: a run that ends, one that was killed, another version.
 *
 * @throws OperatorError JOURNAL_UNREADABLE, JOURNAL_OTHER_VERSION, or as {@link undo}
 */
export async function recover(host: Host, path: string, current: Whereabouts): Promise<UndoReport> {
  const reading = await readJournal(path);
  switch (reading.state) {
    case "absent":
      return { verdict: "nothing", entries: [] };
    case "unbegun":
      await removeJournal(path);
      return { verdict: "nothing", entries: [] };
    case "unreadable":
      throw journalUnreadable({ path, words: reading.words });
    case "damaged":
      throw journalUnreadable({ path, words: "its first line is damaged" });
    case "otherVersion":
      if (reading.bootId === current.bootId) throw journalOtherVersion({ path, version: reading.agentVersion });
      return discard(path);
    case "readable":
      return undo(host, { path, header: reading.header, steps: reading.steps }, current);
  }
}

/**
 * Puts back what was there before the journal's steps, as far as it still is as those steps left it, and removes the journal.
 *
 * @throws OperatorError when something of ours cannot be removed; the journal then stays
 */
export async function undo(host: Host, journal: JournalContents, current: Whereabouts): Promise<UndoReport> {
  const { name, bootId, netns } = journal.header;
  if (bootId !== current.bootId) return discard(journal.path);
  if (netns !== current.netns) return { verdict: "otherNamespace", entries: [] };
  const observed = await host.observe(name);
  const seen = seenResources(observed, name);
  const target = new Map<string, Resource | null>();
  const entries: UndoEntry[] = [];
  const ours = resultsByKey(journal.steps);
  for (const [key, original] of originals(journal.steps)) {
    const now = seen.get(key)?.resource ?? null;
    if (sameResource(now, original) || linkNamed(observed, name) === undefined) entries.push({ what: key, outcome: "gone" });
    else if (!ours.get(key)?.some((result) => sameResource(result, now))) entries.push({ what: key, outcome: "changed" });
    else {
      target.set(key, original);
      entries.push({ what: formatStep({ before: now, after: original }), outcome: "undone" });
    }
  }
  const { left, failures } = await settle(host, name, withBystanders(target, seen), new Set(target.keys()));
  if (left.length > 0) {
    const denied = failures.map((failure) => failureError(failure, name)).find((error) => error.code === "NET_ADMIN_DENIED");
    throw denied ?? undoIncomplete({ name, left: formatPlan(left).replaceAll("\n", ", ") });
  }
  await removeJournal(journal.path);
  return { verdict: "undone", entries: entries.reverse() };
}

/**
 * Deletes the journals of earlier boots, whatever their interface and namespace: nothing is left that they could undo.
 *
 * @returns their paths
 * @throws OperatorError JOURNAL_WRITE_FAILED
 */
export async function discardOtherBoots(directory: string, bootId: string): Promise<string[]> {
  const discarded = [];
  for (const path of await findJournals(directory)) {
    const reading = await readJournal(path);
    const other = reading.state === "readable" ? reading.header.bootId : reading.state === "otherVersion" ? reading.bootId : bootId;
    if (other === bootId) continue;
    await removeJournal(path);
    discarded.push(path);
  }
  return discarded;
}

/** The states that steps of ours led to, by their key. */
function resultsByKey(steps: readonly Step[]): Map<string, (Resource | null)[]> {
  const results = new Map<string, (Resource | null)[]>();
  for (const step of steps) {
    const key = stepKey(step);
    results.set(key, [...(results.get(key) ?? []), step.after]);
  }
  return results;
}

async function discard(path: string): Promise<UndoReport> {
  await removeJournal(path);
  return { verdict: "otherBoot", entries: [] };
}
