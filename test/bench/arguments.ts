import { parseArgs } from "node:util";
import { MEASURE_IDS, type MeasureId } from "./measures.js";
import type { Settings } from "./runs/run.js";

/** What a session is made of, and where its files go. */
export interface Options {
  /** Of the files' names: a part tells nothing of what was left out. */
  readonly kind: "full" | "quick" | "part";
  readonly settings: Settings;
  /** Names of contenders; undefined for all. */
  readonly contenders: readonly string[] | undefined;
  readonly measures: readonly MeasureId[];
  /** A folder. */
  readonly out: string | undefined;
}

const FULL: Settings = { rounds: 5, rareRounds: 5, seconds: 5, pings: 400, idleSeconds: 10 };
const QUICK: Settings = { rounds: 3, rareRounds: 1, seconds: 1, pings: 100, idleSeconds: 5 };

/** Seconds of a stream: a program that takes 40 s is taken for one that hangs. */
const LONGEST = 30;

export const USAGE = `npm run bench -- [options]

  --quick            in two minutes: shorter and fewer runs, of tunvpn, no-cipher, veth and wireguard-go
  --rounds N         how often each contender's turn comes, ${FULL.rounds} (with --quick ${QUICK.rounds})
  --seconds N        of each iperf3 run, ${FULL.seconds} (with --quick ${QUICK.seconds})
  --only A,B         contenders, by the names that the table shows
  --measures A,B     ${MEASURE_IDS.join(", ")}
  --out DIR          for the JSON and the chart, docs/bench
`;

/**
 * @param names of the contenders that there are
 * @param quick those that take part with --quick
 * @throws what is wrong with the words
 */
export function parseArguments(words: readonly string[], names: readonly string[], quick: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      seconds: { type: "string" },
      only: { type: "string" },
      measures: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const usual = values.quick ? QUICK : FULL;
  const measures = values.measures === undefined ? MEASURE_IDS : listed("--measures", values.measures, MEASURE_IDS);
  const contenders = values.only === undefined ? (values.quick ? quick : undefined) : listed("--only", values.only, names);
  const partial = values.only !== undefined || values.measures !== undefined;
  return {
    kind: partial ? "part" : values.quick ? "quick" : "full",
    settings: {
      ...usual,
      rounds: values.rounds === undefined ? usual.rounds : count("--rounds", values.rounds, 100),
      seconds: values.seconds === undefined ? usual.seconds : count("--seconds", values.seconds, LONGEST),
    },
    contenders,
    measures,
    out: values.out,
  };
}

function count(option: string, text: string, most: number): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new Error(`${option} is a whole number from 1 to ${most}, not ${text}`);
  return number;
}

/** @returns in the order of `all` */
function listed<Word extends string>(option: string, text: string, all: readonly Word[]): Word[] {
  const words = text.split(",");
  const strange = words.find((word) => !all.some((known) => known === word));
  if (strange !== undefined) throw new Error(`${option} knows no ${JSON.stringify(strange)}, only ${all.join(", ")}`);
  return all.filter((known) => words.includes(known));
}
