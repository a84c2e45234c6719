/** Random runs of the simulation, many or one. Started by scripts/sim.sh. */
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { MINUTE, SECOND } from "../../src/base/time.js";
import { runBatch } from "./batch.js";
import { Coverage } from "./coverage.js";
import { type Comparison, type RunReport, type RunRequest, runAndReport } from "./run-report.js";

const USAGE = `npm run sim -- --seed N          one run, again
npm run sim -- --seeds N         runs with the seeds from 1 to N
npm run sim -- --seconds N       some fixed seeds, then random ones until the time is over
npm run soak [-- --minutes N]    random seeds until it is stopped, or the time is over`;

/** The first ones are made with all suites, and then each of so many twice: what is not the same shows. */
const WITH_ALL_SUITES = 10;
const TWICE_EVERY = 20;
/** Without an end by number, what is run before the random ones. */
const FIXED = 20;
const SEED_BELOW = 2 ** 40;
const PROGRESS = MINUTE;

// Node was given this program as a word, not as a file: its arguments follow at once.
process.exitCode = await main(process.argv.slice(1));

async function main(words: string[]): Promise<number> {
  const asked = read(words);
  if (asked === undefined) return 2;
  return asked.seed === undefined ? many(asked.next, asked.isSoak) : one(asked.seed);
}

interface Asked {
  readonly seed: number | undefined;
  readonly next: () => RunRequest | undefined;
  readonly isSoak: boolean;
}

/** @returns undefined when there is no sense in it, which was said */
function read(words: string[]): Asked | undefined {
  const number = { type: "string" } as const;
  try {
    const options = { seed: number, seeds: number, seconds: number, minutes: number, soak: { type: "boolean" } } as const;
    const { values } = parseArgs({ args: words, options });
    const [seed, seeds, seconds, minutes] = [values.seed, values.seeds, values.seconds, values.minutes].map(wholeNumber);
    const isSoak = values.soak === true;
    if (seeds !== undefined) return { seed: undefined, next: counted(seeds), isSoak };
    if (seconds !== undefined) return { seed: undefined, next: timed(seconds * SECOND, FIXED), isSoak };
    if (isSoak) return { seed: undefined, next: timed((minutes ?? Number.POSITIVE_INFINITY) * MINUTE, 0), isSoak };
    if (seed !== undefined) return { seed, next: () => undefined, isSoak };
  } catch (error) {
    console.error(`sim: ${error instanceof Error ? error.message : error}\n`);
  }
  console.error(USAGE);
  return undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`no whole number: ${text}`);
  return Number(text);
}

/** Seeds from 1 on. */
function counted(seeds: number): () => RunRequest | undefined {
  let seed = 0;
  return () => (++seed > seeds ? undefined : { seed, comparison: comparisonOf(seed) });
}

/** Random seeds after some fixed ones, while there is time. */
function timed(milliseconds: number, fixed: number): () => RunRequest | undefined {
  const end = performance.now() + milliseconds;
  let made = 0;
  return () => {
    if (performance.now() >= end && made >= fixed) return undefined;
    const seed = ++made > fixed ? randomInt(SEED_BELOW) : made;
    return { seed, comparison: made % TWICE_EVERY === 0 ? "again" : "none" };
  };
}

function comparisonOf(seed: number): Comparison {
  if (seed <= WITH_ALL_SUITES) return "suites";
  return seed % TWICE_EVERY === 0 ? "again" : "none";
}

/** @returns an exit code */
function one(seed: number): number {
  const { failure, counts, trace } = runAndReport({ seed, comparison: "again" });
  if (failure !== undefined) {
    console.log(failure);
    return 1;
  }
  const coverage = new Coverage();
  coverage.add(counts);
  console.log(`${coverage.table()}\n\nseed ${seed} holds; trace ${trace}`);
  return 0;
}

/** @param isSoak tells of a failure at once and of the rest now and then; else each run has a line @returns an exit code */
async function many(next: () => RunRequest | undefined, isSoak: boolean): Promise<number> {
  const [coverage, start] = [new Coverage(), performance.now()];
  const tally = { passed: 0, failed: 0 };
  let stopped = false;
  let told = start;
  process.on("SIGINT", () => {
    stopped = true;
  });
  const report = ({ seed, failure, counts }: RunReport) => {
    coverage.add(counts);
    tally[failure === undefined ? "passed" : "failed"]++;
    if (failure !== undefined) console.log(`not ok seed ${seed}\n${failure}`);
    else if (!isSoak) console.log(`ok seed ${seed}`);
    if (!isSoak || performance.now() - told < PROGRESS) return;
    told = performance.now();
    console.log(`${((told - start) / MINUTE).toFixed(0)} min: ${tally.passed} runs passed, ${tally.failed} failed`);
  };
  await runBatch(availableParallelism(), () => (stopped ? undefined : next()), report);
  console.log(`\nwhat ${tally.passed} runs got to in ${((performance.now() - start) / SECOND).toFixed(1)} s\n${coverage.table()}\n`);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}
