/** The benchmark: see docs/bench/README.md. Started by scripts/bench.sh. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COLOURED, PLAIN } from "../../src/observe/style.js";
import { type Options, parseArguments, USAGE } from "./arguments.js";
import { Bed, type Subject } from "./bed.js";
import { drawChart } from "./chart.js";
import { CONTENDERS, QUICK_CONTENDERS } from "./contenders/all.js";
import { MTU } from "./contenders/contender.js";
import { OURS } from "./contenders/tunvpn.js";
import { type BenchDocument, type ContenderEntry, makeDocument } from "./document.js";
import { machineFacts } from "./machine-facts.js";
import { formatDuration, Progress } from "./progress.js";
import { reportLines } from "./report.js";
import { RUNS } from "./runs/all.js";
import { measureInTurns } from "./session.js";

const USUAL_FOLDER = fileURLToPath(new URL("../../docs/bench", import.meta.url));

// Node was given this program as a word, not as a file: its arguments follow at once.
process.exitCode = await main(process.argv.slice(1));

async function main(words: readonly string[]): Promise<number> {
  const options = readArguments(words);
  if (typeof options === "number") return options;
  const document = await bench(options);
  for (const line of reportLines(document, process.stdout.isTTY && !process.env.NO_COLOR ? COLOURED : PLAIN)) console.log(line);
  for (const file of await write(document, options)) console.error(`written: ${file}`);
  return oursIsWhole(document) ? 0 : 1;
}

/** What becomes of others is told, and is no fault of the benchmark. */
function oursIsWhole({ missing, failures }: BenchDocument): boolean {
  return !missing.some(({ name }) => name === OURS) && !failures.some(({ contender }) => contender === OURS);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @returns an exit code when there is nothing to do */
function readArguments(words: readonly string[]): Options | number {
  try {
    const names = CONTENDERS.map(({ name }) => name);
    const options = parseArguments(words, names, QUICK_CONTENDERS);
    if (options !== "help") return options;
    console.log(USAGE);
    return 0;
  } catch (error) {
    console.error(`bench: ${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
}

async function bench(options: Options): Promise<BenchDocument> {
  const { kind, settings, measures } = options;
  const machine = machineFacts();
  const bed = await Bed.make();
  try {
    const { subjects, contenders, missing } = await openAll(bed, options.contenders);
    const tunvpn = await statusOf(subjects);
    const runs = RUNS.filter(({ gives }) => gives.some((id) => measures.includes(id)));
    const progress = new Progress(subjects, runs, settings, (line) => console.error(line));
    console.error(`it will take about ${formatDuration(progress.planned)}`);
    const results = await measureInTurns(subjects, runs, settings, progress);
    const date = new Date().toISOString().slice(0, 10);
    return makeDocument({ kind, date, machine, settings: { ...settings, mtu: MTU }, tunvpn, contenders, missing }, results, measures);
  } finally {
    // What was measured stays true.
    await bed.close().catch((error) => console.error(`bench: ${messageOf(error)}`));
  }
}

interface Opened {
  readonly subjects: readonly Subject[];
  readonly contenders: readonly ContenderEntry[];
  readonly missing: BenchDocument["missing"];
}

/** @param names undefined for all. One that is not there, or whose tunnel does not open, is missing, and no error. */
async function openAll(bed: Bed, names: readonly string[] | undefined): Promise<Opened> {
  const subjects: Subject[] = [];
  const contenders: ContenderEntry[] = [];
  const missing: { name: string; reason: string }[] = [];
  const lack = (name: string, reason: string) => {
    missing.push({ name, reason });
    console.error(`missing: ${name}, ${reason}`);
  };
  for (const contender of CONTENDERS.filter(({ name }) => names?.includes(name) ?? true)) {
    const { name } = contender;
    const found = await contender.find();
    if ("missing" in found) {
      lack(name, found.missing);
      continue;
    }
    try {
      subjects.push(await bed.open(contender));
      contenders.push({ name, version: found.version });
      console.error(`up: ${name} ${found.version}`);
    } catch (error) {
      lack(name, messageOf(error));
    }
  }
  return { subjects, contenders, missing };
}

async function statusOf(subjects: readonly Subject[]): Promise<BenchDocument["tunvpn"]> {
  const ours = subjects.find(({ name }) => name === OURS);
  if (!ours) return null;
  const { box, offloads, queues } = await ours.place.machines.a.tunvpn.status(ours.place.device.a);
  return { box, offloads, queues };
}

/** @returns the files that there are now: a chart of another session does not stay beside its figures */
async function write(document: BenchDocument, { kind, out = USUAL_FOLDER }: Options): Promise<string[]> {
  await mkdir(out, { recursive: true });
  const [json, svg] = [join(out, `${kind}.json`), join(out, `${kind}.svg`)];
  await writeFile(json, `${JSON.stringify(document, null, 1)}\n`);
  const chart = drawChart(document);
  if (chart === undefined) {
    await rm(svg, { force: true });
    return [json];
  }
  await writeFile(svg, chart);
  return [json, svg];
}
