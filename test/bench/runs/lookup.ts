import { fileURLToPath } from "node:url";
import { must } from "../../kernel/lab/command.js";
import { OURS } from "../contenders/tunvpn.js";
import type { Run } from "./run.js";

const PROGRAM = fileURLToPath(new URL("../../../native-shim/build/bench-routes", import.meta.url));

export const lookup: Run = {
  title: "route lookup",
  gives: ["lookup"],
  appliesTo: ({ name }) => name === OURS,
  seconds: () => 5,
  take: async () => ({ lookup: Math.max(...readLookups(await must([PROGRAM]))) }),
};

/**
 * Reads what native-shim's bench-routes prints.
 *
 * @returns nanoseconds of a lookup that waits for the one before, one for each kind of table
 */
export function readLookups(output: string): number[] {
  return [...output.matchAll(/([\d.]+) ns one after the other/g)].map(([, nanoseconds]) => Number(nanoseconds));
}
