/**
 * The fuzzers as a program, native-shim/build/fuzz-ts.mjs:
 *
 *     list
 *     fuzz TARGET --seconds N [--runs N] [--seed N] [--found FOLDER] [--artifacts PREFIX] FOLDER...
 *     run TARGET FILE...           runs each once more, as it is
 *     merge TARGET OUT FOLDER...   few that go wherever they go
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { TARGETS } from "../targets/all.js";
import { nameOf, writeInput } from "./corpus.js";
import { failureOf, fuzz, merged } from "./fuzz.js";
import type { Target } from "./target.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    runs: { type: "string", default: "Infinity" },
    seed: { type: "string", default: String(Date.now()) },
    found: { type: "string" },
    artifacts: { type: "string", default: "fuzz-" },
  },
});

// A target may have left something open.
process.exit(await main(positionals));

async function main([command, name, ...rest]: readonly string[]): Promise<number> {
  if (command === "list") return said(TARGETS.map((target) => target.name).join("\n"), 0);
  const target = TARGETS.find((candidate) => candidate.name === name);
  if (target === undefined) return said(`there is no target ${name ?? ""}`, 2);
  if (command === "fuzz") return fuzzed(target, rest);
  if (command === "run") return rerun(target, rest);
  const [out, ...folders] = rest;
  if (command !== "merge" || out === undefined) return said("usage: list | fuzz TARGET | run TARGET FILE | merge TARGET OUT FOLDER", 2);
  const kept = await merged(target, folders);
  for (const input of kept) writeInput(out, input);
  return said(`${kept.length} inputs`, 0);
}

async function fuzzed(target: Target, corpus: readonly string[]): Promise<number> {
  const { artifacts, found } = values;
  const numbers = { seconds: Number(values.seconds), runs: Number(values.runs), seed: Number(values.seed) };
  const { failure, runs, inputs, points } = await fuzz(target, { ...numbers, corpus, found, artifacts, say: (line) => said(line, 0) });
  said(`${runs} runs, ${inputs} inputs, ${points} points, seed ${values.seed}`, 0);
  if (failure === undefined) return 0;
  const file = `${artifacts}crash-${nameOf(failure.input)}`;
  writeFileSync(file, failure.input);
  return said(`${describe(failure.error)}\nleft in ${file}`, 1);
}

async function rerun(target: Target, files: readonly string[]): Promise<number> {
  for (const file of files) {
    const error = await failureOf(target, new Uint8Array(readFileSync(file)));
    if (error !== undefined) return said(`${basename(file)}: ${describe(error)}`, 1);
  }
  return said(`${files.length} inputs, none failed`, 0);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function said(line: string, code: number): number {
  process.stdout.write(`${line}\n`);
  return code;
}
