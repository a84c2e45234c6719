import { expect } from "vitest";
import { hostState } from "./host-state.js";
import type { Machine } from "./machine.js";
import { shownReports } from "./report.js";
import type { Tunvpn } from "./tunvpn.js";

/** How `up` refuses. */
export interface Refusal {
  readonly code: string;
  readonly exit: number;
  /** The facts. */
  readonly says: readonly (string | RegExp)[];
  readonly fix: string | RegExp;
}

export interface Circumstances {
  /** Before the command line, such as a program that takes privileges away. */
  readonly words?: readonly string[];
  /** Of `up`. */
  readonly options?: readonly string[];
  readonly tunvpn?: Tunvpn;
}

/**
 * Expects `up` to end with exactly one error in the form for people, which names the facts and the remedy, and with nothing left behind.
 */
export async function expectRefusal(
  machine: Machine,
  target: string,
  refusal: Refusal,
  { words = [], options = [], tunvpn = machine.tunvpn }: Circumstances = {},
): Promise<void> {
  const before = await hostState(machine);
  const files = tunvpn.leftFiles();
  const { code, stdout, stderr } = await machine.run([...words, ...tunvpn.words("up", target, ...options)], { env: tunvpn.environment });
  const errors = shownReports(stderr).filter(({ severity }) => severity === "error");
  expect(
    errors.map((error) => error.code),
    stderr,
  ).toEqual([refusal.code]);
  const [error] = errors;
  for (const fact of refusal.says) expect(error?.message).toMatch(fact);
  expect(error?.fix).toMatch(refusal.fix);
  expect({ exit: code, stdout }).toEqual({ exit: refusal.exit, stdout: "" });
  expect(await hostState(machine), "the host afterwards").toEqual(before);
  expect(tunvpn.leftFiles(), "files afterwards").toEqual(files);
}
