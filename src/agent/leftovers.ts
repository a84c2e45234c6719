/** What an agent that died left behind. */
import { existsSync, rmSync } from "node:fs";
import { IprouteHost } from "../hostnet/iproute-host.js";
import { journalPath } from "../hostnet/journal.js";
import { recover } from "../hostnet/undo.js";
import { openShim } from "../shim/library.js";
import { controlSocket, makeDirectories, stateDirectory } from "./directories.js";
import { AgentLocks } from "./locks.js";
import { whereabouts } from "./whereabouts.js";

export interface Undone {
  /** What was undone, in words. */
  readonly steps: readonly string[];
}

/** @see offline.ts */
export async function undoLeftovers(name: string): Promise<Undone | undefined> {
  const shim = openShim();
  const place = whereabouts(shim);
  const journal = journalPath(stateDirectory(), name, place.netns);
  if (!existsSync(journal) && !existsSync(controlSocket(name))) return undefined;
  makeDirectories();
  const locks = AgentLocks.take(shim, name, place.netns);
  try {
    const { entries } = await recover(new IprouteHost(), journal, place);
    rmSync(controlSocket(name), { force: true });
    return { steps: entries.filter(({ outcome }) => outcome === "undone").map(({ what }) => what) };
  } finally {
    locks.release();
  }
}
