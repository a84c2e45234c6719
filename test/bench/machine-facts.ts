import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, loadavg, release, totalmem } from "node:os";

/** What the figures depend on. */
export interface MachineFacts {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  /** Of TCP. */
  readonly congestionControl: string;
  /** Whether the kernel shares the processor among sessions first, and among the threads of each then. */
  readonly autogroup: boolean;
  /** Over the minute before the start. */
  readonly load: number;
}

export function machineFacts(): MachineFacts {
  return {
    processor: processorName(readFileSync("/proc/cpuinfo", "utf8")),
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.version,
    congestionControl: readFileSync("/proc/sys/net/ipv4/tcp_congestion_control", "utf8").trim(),
    autogroup: autogroup(),
    load: loadavg()[0] ?? 0,
  };
}

/** A kernel that cannot do it has no such file. */
function autogroup(): boolean {
  const file = "/proc/sys/kernel/sched_autogroup_enabled";
  return existsSync(file) && readFileSync(file, "utf8").trim() === "1";
}

/** @param text of /proc/cpuinfo, which names it differently on each architecture, or not at all */
export function processorName(text: string): string {
  const [, name] = /^(?:model name|Model|Processor|cpu model)\s*:\s*(.+)$/m.exec(text) ?? [];
  if (name === undefined) return "unknown";
  const [, family] = /^cpu family\s*:\s*(\d+)$/m.exec(text) ?? [];
  const [, model] = /^model\s*:\s*(\d+)$/m.exec(text) ?? [];
  return family === undefined || model === undefined ? name : `${name} (family ${family}, model ${model})`;
}
