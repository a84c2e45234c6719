/**
 * Runs the levels of test that are named, one after the other and each to its end whatever became of the others. Prints a table and,
 * as the last line, `N passed, N failed, N skipped`; exits 0 only when nothing failed.
 *
 *     node scripts/levels.mjs [--no-skips] [--setup-failed] [--skip-kernel=REASON] [--sim-seconds=N] LEVEL...
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { leftSince, snapshot } from "./leftovers.mjs";
import { fromNative, fromVitest, line, single, skipsAsFailures, sum } from "./tally.mjs";

/** @typedef {import("./tally.mjs").Tally} Tally */

/** A level that takes longer hangs. */
const LEVEL_MS = 20 * 60_000;

/** Random runs of the simulation, where no time is set for them. */
const SEEDS = "1000";

const MAKE = ["-s", `-j${availableParallelism()}`];

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    "no-skips": { type: "boolean" },
    "setup-failed": { type: "boolean" },
    "skip-kernel": { type: "string" },
    "sim-seconds": { type: "string" },
  },
});
const bin = (/** @type {string} */ name) => `node_modules/.bin/${name}`;
const alone = process.env.TUNVPN_ISOLATED === "1";
const scratch = mkdtempSync(join(tmpdir(), "tunvpn-test-"));
const before = names.includes("leftovers") ? snapshot(alone) : new Set();

/** @type {Record<string, () => Promise<Tally>>} */
const LEVELS = {
  build: () => command("bash", "scripts/build.sh"),
  types: () => command(bin("tsc"), "-p", "tsconfig.test.json"),
  lint: () => command(bin("biome"), "check", "--error-on-warnings"),
  imports: () => command(process.execPath, "scripts/imports.mjs"),
  unit: () => vitest("unit", "dot"),
  property: () => vitest("property", "dot"),
  sim,
  targets: () => vitest("targets", "default"),
  models,
  native,
  kernel,
  leftovers,
};

/** @type {(() => void) | undefined} */
let endCurrent;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    endCurrent?.();
    process.exit(130);
  });
}

await main();

async function main() {
  /** @type {[string, Tally, number][]} */
  const rows = options["setup-failed"] ? [["setup", single(false), 0]] : [];
  for (const name of names) {
    console.log(`\n=== ${name}`);
    const start = performance.now();
    const tally = await level(name);
    rows.push([name, options["no-skips"] ? skipsAsFailures(tally) : tally, performance.now() - start]);
  }
  rmSync(scratch, { recursive: true });
  const total = sum(rows.map(([, tally]) => tally));
  print(rows);
  console.log(`\n${line(total)}`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

/** @param {string} name @returns {Promise<Tally>} */
async function level(name) {
  try {
    const run = LEVELS[name];
    if (!run) throw new Error(`there is no level ${name}`);
    return await run();
  } catch (error) {
    console.error(error);
    return single(false);
  }
}

/** @param {[string, Tally, number][]} rows */
function print(rows) {
  console.log(`\n${"level".padEnd(10)}${["passed", "failed", "skipped", "seconds"].map((head) => head.padStart(9)).join("")}`);
  for (const [name, { passed, failed, skipped }, ms] of rows) {
    const cells = [passed, failed, skipped, (ms / 1000).toFixed(1)];
    console.log(name.padEnd(10) + cells.map((cell) => String(cell).padStart(9)).join(""));
  }
}

/** @param {string} program @param {string[]} args */
async function command(program, ...args) {
  return single((await run(program, args)).ok);
}

/** @param {string} project of vitest.config.ts @param {string} reporter the one for people */
async function vitest(project, reporter) {
  const file = join(scratch, `${project}.json`);
  const { ok } = await run(bin("vitest"), [
    "run",
    "--project",
    project,
    `--reporter=${reporter}`,
    "--reporter=json",
    `--outputFile.json=${file}`,
  ]);
  return fromVitest(existsSync(file) ? readFileSync(file, "utf8") : undefined, ok);
}

async function models() {
  const { output, ok } = await run("bash", ["scripts/models.sh", "--short"], { quiet: /^ok |^ |^\d+ passed/ });
  return fromNative(output, ok);
}

async function native() {
  const tests = await run("make", [...MAKE, "-C", "native-shim", "test"], { quiet: /^ok / });
  const tallies = [fromNative(tests.output, tests.ok), await aarch64(), await secondCompiler()];
  for (const target of ["ct", "fuzz-replay", "fuzz-short"]) tallies.push(await shimTarget(target));
  if (testFiles("test/native").length + testFiles("test/fuzz").length > 0) tallies.push(await vitest("native", "default"));
  return sum(tallies);
}

/** The simulation's own tests, then random runs: a test each. */
async function sim() {
  const seconds = options["sim-seconds"];
  const runs = await run("bash", ["scripts/sim.sh", ...(seconds ? ["--seconds", seconds] : ["--seeds", SEEDS])], { quiet: /^ok / });
  return sum([await vitest("sim", "default"), fromNative(runs.output, runs.ok)]);
}

/** The same tests as that processor has them. Where they run on one, they have been run. @returns {Promise<Tally>} */
async function aarch64() {
  if (process.arch === "arm64") return { passed: 0, failed: 0, skipped: 0 };
  const { output, ok } = await run("bash", ["scripts/aarch64.sh"], { quiet: /^ok / });
  return fromNative(output, ok);
}

/** One that prints `skip NAME: reason` for each tool that is missing. @param {string} target of native-shim's Makefile */
async function shimTarget(target) {
  const { output, ok } = await run("make", [...MAKE, "-C", "native-shim", target], { quiet: /^ok |^\d+ passed/ });
  const skipped = output.match(/^skip /gm)?.length ?? 0;
  return ok && skipped > 0 ? { passed: 0, failed: 0, skipped } : single(ok);
}

/** Each compiler warns of what the other does not. In a copy, since objects of the two would be mistaken for each other. */
async function secondCompiler() {
  const copy = join(scratch, "native-shim");
  cpSync("native-shim", copy, { recursive: true, filter: (path) => path !== join("native-shim", "build") });
  return command("make", ...MAKE, "-C", copy, "CC=clang");
}

async function kernel() {
  const reason = options["skip-kernel"];
  if (reason === undefined) return vitest("kernel", "default");
  const skipped = testFiles("test/kernel").length;
  console.log(`skipped, ${skipped} scenarios: ${reason}`);
  return { passed: 0, failed: skipped === 0 ? 1 : 0, skipped };
}

async function leftovers() {
  const left = await leftSince(before, alone);
  for (const thing of left) console.log(`left: ${thing}`);
  return single(left.length === 0);
}

/** @param {string} folder */
function testFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
}

/**
 * Runs a program to its end. With `quiet`, its output is returned, and its lines but those that match are shown.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ quiet?: RegExp }} [how]
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function run(program, args, { quiet } = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that all of it can be ended.
    const child = spawn(program, args, { stdio: ["ignore", quiet ? "pipe" : "inherit", "inherit"], detached: true });
    const end = () => child.pid && process.kill(-child.pid, "SIGKILL");
    const timer = setTimeout(end, LEVEL_MS);
    endCurrent = end;
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      endCurrent = undefined;
      if (quiet) for (const row of output.trimEnd().split("\n")) if (row !== "" && !quiet.test(row)) console.log(row);
      if (signal) console.error(`${program} was ended by ${signal}`);
      resolve({ ok: code === 0, output });
    });
  });
}
