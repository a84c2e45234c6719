import type { ObservedState } from "./observed.js";

/** A line of a batch that the kernel or iproute2 refused. */
export interface BatchFailure {
  /** The line; "" when iproute2 did not say which. */
  readonly line: string;
  /** What it said, on one line. */
  readonly words: string;
}

/** The network state of one network namespace. */
export interface Host {
  /**
   * @param name the interface of interest, which need not exist
   * @throws OperatorError when the state cannot be read
   */
  observe(name: string): Promise<ObservedState>;
  /**
   * Runs lines for `ip -batch`, in order.
   *
   * @param onFailure whether the lines after a refused one are still run
   * @returns the lines refused; empty when all were taken
   * @throws OperatorError when `ip` cannot be run or does not answer
   */
  run(lines: readonly string[], onFailure: "stop" | "continue"): Promise<BatchFailure[]>;
  /**
   * @param path below /proc/sys, with slashes: a name of an interface may hold dots
   * @returns its value, trimmed; undefined when there is none
   */
  readSysctl(path: string): Promise<string | undefined>;
}
