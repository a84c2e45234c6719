import { readFileSync } from "node:fs";

/** @returns the command line; empty for a process that has ended, though nobody may have buried it yet */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
