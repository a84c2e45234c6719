import { idle } from "./idle.js";
import { lookup } from "./lookup.js";
import { roundTrip } from "./round-trip.js";
import type { Run } from "./run.js";
import { START } from "./start.js";
import { THROUGHPUT } from "./throughput.js";

/** In the order of a round. */
export const RUNS: readonly Run[] = [...THROUGHPUT, roundTrip, idle, ...START, lookup];
