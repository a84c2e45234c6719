import { fileURLToPath } from "node:url";
import { must } from "../../kernel/lab/command.js";
import { OURS } from "../contenders/tunvpn.js";
import { readLookupTimes } from "../readings/lookup-times.js";
import type { Run } from "./run.js";

const PROGRAM = fileURLToPath(new URL("../../../native-shim/build/bench-routes", import.meta.url));

export const lookup: Run = {
  title: "route lookup",
  gives: ["lookup"],
  rare: true,
  appliesTo: ({ name }) => name === OURS,
  seconds: () => 5,
  take: async () => ({ lookup: Math.max(...readLookupTimes(await must([PROGRAM]))) }),
};
