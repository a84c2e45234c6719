/**
 * What a session found, as it is written to a JSON file.
 *
 * Version 1 only gains fields.
 *
 * @see docs/bench/README.md
 */
import type { MachineFacts } from "./machine-facts.js";
import { type Measure, type MeasureId, measure } from "./measures.js";
import type { Settings } from "./runs/run.js";
import type { Failure, Results, Samples } from "./session.js";
import { type Summary, summarize } from "./statistics.js";
import { judge, REFERENCE, type Verdict } from "./targets.js";

export interface BenchDocument {
  readonly version: 1;
  readonly kind: "full" | "quick" | "part";
  /** The day, as in 2024-02-29. */
  readonly date: string;
  readonly machine: MachineFacts;
  readonly settings: Settings & { readonly mtu: number };
  /** Of tunvpn, as its status names them. */
  readonly tunvpn: { readonly box: string; readonly offloads: readonly string[]; readonly queues: number } | null;
  readonly contenders: readonly ContenderEntry[];
  /** Contenders that were asked for and could not take part. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
  readonly measures: readonly MeasureEntry[];
  readonly targets: readonly Verdict[];
  readonly failures: readonly Failure[];
}

export interface ContenderEntry {
  readonly name: string;
  readonly version: string;
}

export interface MeasureEntry extends Measure {
  readonly id: MeasureId;
  readonly results: readonly ResultEntry[];
}

export interface ResultEntry extends Summary {
  readonly contender: string;
  /** The median divided by wireguard-go's; null where that was not measured. */
  readonly ratio: number | null;
}

export type Circumstances = Omit<BenchDocument, "version" | "measures" | "targets" | "failures">;

/** @param ids of the measures that were asked for: a run may give more */
export function makeDocument(circumstances: Circumstances, { samples, failures }: Results, ids: readonly MeasureId[]): BenchDocument {
  const measures = ids.flatMap((id) => entryOf(id, samples, circumstances.contenders));
  const targets = judge((id, contender) => resultOf(measures, id, contender)?.median);
  return { version: 1, ...circumstances, measures, targets, failures };
}

export function resultOf(measures: readonly MeasureEntry[], id: MeasureId, contender: string): ResultEntry | undefined {
  return measures.find((entry) => entry.id === id)?.results.find((result) => result.contender === contender);
}

/** None for a measure that nobody was measured by. */
function entryOf(id: MeasureId, samples: Samples, contenders: readonly ContenderEntry[]): MeasureEntry[] {
  const summaries = contenders.flatMap(({ name }) => {
    const summary = summarize(samples.get(id)?.get(name) ?? []);
    return summary ? [{ contender: name, ...summary }] : [];
  });
  if (summaries.length === 0) return [];
  const reference = summaries.find(({ contender }) => contender === REFERENCE)?.median;
  const results = summaries.map((summary) => ({ ...summary, ratio: reference ? summary.median / reference : null }));
  return [{ id, ...measure(id), results }];
}
