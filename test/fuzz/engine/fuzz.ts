/** Looks for inputs that lead further, and for those that fail. */
import { Seeded } from "../../sim/seeded.js";
import { readInputs, writeInput } from "./corpus.js";
import { Features } from "./features.js";
import { mutated } from "./mutate.js";
import type { Target } from "./target.js";
import { Watchdog } from "./watchdog.js";

export interface FuzzOptions {
  readonly seconds: number;
  /** At most so many runs. */
  readonly runs: number;
  readonly seed: number;
  /** What to start from. */
  readonly corpus: readonly string[];
  /** Where inputs go that lead further; none: nowhere. */
  readonly found: string | undefined;
  /** What the file of an input that fails begins with. */
  readonly artifacts: string;
  say(line: string): void;
}

export interface FuzzResult {
  readonly runs: number;
  readonly inputs: number;
  readonly points: number;
  /** The first input that failed, made smaller, and why. */
  readonly failure: { readonly input: Uint8Array; readonly error: unknown } | undefined;
}

const HANG_SECONDS = 20;
const REPORT_MS = 10_000;
const SHRINK_RUNS = 2000;

export async function fuzz(target: Target, options: FuzzOptions): Promise<FuzzResult> {
  // Most errors are made to be counted, and a stack takes longer than the rest of a run.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const { failure, ...result } = await search(target, options);
    Error.stackTraceLimit = stackTraceLimit;
    if (failure === undefined) return { ...result, failure };
    return { ...result, failure: { input: failure.input, error: (await failureOf(target, failure.input)) ?? failure.error } };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function search(target: Target, options: FuzzOptions): Promise<FuzzResult> {
  const watchdog = new Watchdog(`${options.artifacts}hang`, HANG_SECONDS, target.longest);
  const features = new Features();
  const random = new Seeded(options.seed);
  const inputs: Uint8Array[] = [];
  let runs = 0;
  const result = (failure?: FuzzResult["failure"]) => ({ runs, inputs: inputs.length, points: features.points, failure });
  const attempt = async (input: Uint8Array) => {
    runs++;
    watchdog.begins(input);
    const error = await failureOf(target, input);
    if (error === undefined && features.take()) inputs.push(input);
    return error;
  };
  try {
    for (const input of [new Uint8Array(0), ...readInputs(options.corpus)]) {
      const error = await attempt(input);
      if (error !== undefined) return result({ input, error });
    }
    const until = performance.now() + options.seconds * 1000;
    let reportAt = performance.now() + REPORT_MS;
    while (performance.now() < until && runs < options.runs) {
      const known = inputs.length;
      const input = mutated(chosen(inputs, random), inputs, target.words, target.longest, random);
      const error = await attempt(input);
      if (error !== undefined) return result(await smaller(target, input, error));
      if (inputs.length > known && options.found !== undefined) writeInput(options.found, input);
      if (performance.now() < reportAt) continue;
      reportAt += REPORT_MS;
      options.say(`${runs} runs, ${inputs.length} inputs, ${features.points} of ${features.all} points`);
    }
    return result();
  } finally {
    await watchdog.end();
  }
}

/** Few inputs that pass every point that those of some folders do. */
export async function merged(target: Target, folders: readonly string[]): Promise<Uint8Array[]> {
  const features = new Features(false);
  const kept: Uint8Array[] = [];
  for (const input of readInputs(folders)) {
    const error = await failureOf(target, input);
    if (error !== undefined) throw error;
    if (features.take()) kept.push(input);
  }
  return kept;
}

/** @returns undefined when the input does not fail */
export async function failureOf(target: Target, input: Uint8Array): Promise<unknown> {
  try {
    await target.run(input);
    return undefined;
  } catch (error) {
    return error ?? new Error("failed without an error");
  }
}

/** Newer ones more often: they lead where few have been. */
function chosen(inputs: readonly Uint8Array[], random: Seeded): Uint8Array {
  if (inputs.length === 0) return new Uint8Array(0);
  const age = Math.floor(random.fraction() ** 2 * inputs.length);
  return inputs[inputs.length - 1 - age] ?? new Uint8Array(0);
}

/** Leaves out what an input does not need in order to fail in the same way. */
async function smaller(target: Target, input: Uint8Array, error: unknown): Promise<{ input: Uint8Array; error: unknown }> {
  let best = { input, error };
  let runs = 0;
  for (let length = Math.ceil(input.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at + length <= best.input.length && runs < SHRINK_RUNS; runs++) {
      const without = new Uint8Array(Buffer.concat([best.input.subarray(0, at), best.input.subarray(at + length)]));
      const failure = await failureOf(target, without);
      if (failure !== undefined && gistOf(failure) === gistOf(error)) best = { input: without, error: failure };
      else at += length;
    }
  }
  return best;
}

/** What is the same of an error wherever in a run it comes. */
function gistOf(error: unknown): string {
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return first.replace(/\d+/g, "0");
}
