import { readFileSync } from "node:fs";

/** USER_HZ, which has been 100 on every architecture that Node runs on. */
const TICKS = 100;

/** Seconds that a process took of the processor, all its threads together. */
export function processorSeconds(pid: number): number {
  return readProcessorSeconds(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** @param stat of /proc/PID/stat. The name in it may hold spaces and brackets. */
export function readProcessorSeconds(stat: string): number {
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(user) + Number(system)) / TICKS;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  return readResidentBytes(readFileSync(`/proc/${pid}/status`, "utf8"));
}

/** @param status of /proc/PID/status */
export function readResidentBytes(status: string): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kilobytes === undefined) throw new Error("the process has no memory of its own");
  return Number(kilobytes) * 1024;
}
