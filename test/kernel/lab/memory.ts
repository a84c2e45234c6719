import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** What a process holds. */
export interface Holding {
  /** Kilobytes of memory in use. */
  readonly resident: number;
  readonly descriptors: number;
}

/** @throws when the process is gone */
export function holdingOf(pid: number): Holding {
  return {
    resident: residentOf(pid),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** Looks at processes once a second. @returns a list for each of them */
export async function watchHoldings(pids: readonly number[], seconds: number): Promise<Holding[][]> {
  const seen: Holding[][] = pids.map(() => []);
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(1000)) {
    pids.forEach((pid, i) => {
      seen[i]?.push(holdingOf(pid));
    });
  }
  return seen;
}

function residentOf(pid: number): number {
  const [, value] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (value === undefined) throw new Error(`process ${pid} has no memory any more`);
  return Number(value);
}
