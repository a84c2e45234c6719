import type { Subject } from "./bed.js";
import type { MeasureId } from "./measures.js";
import type { Progress } from "./progress.js";
import { type Run, roundsOf, type Settings } from "./runs/run.js";

/** One run of one contender that gave nothing. */
export interface Failure {
  readonly contender: string;
  readonly run: string;
  readonly round: number;
  readonly reason: string;
}

/** Of each measure, each contender's samples in the order in which they were taken. */
export type Samples = ReadonlyMap<MeasureId, ReadonlyMap<string, readonly number[]>>;

export interface Results {
  readonly samples: Samples;
  readonly failures: readonly Failure[];
}

/**
 * Round after round, run after run, the contenders take turns: what changes on the machine meanwhile meets all of them.
 *
 * @param progress is told of each result
 */
export async function measureInTurns(
  subjects: readonly Subject[],
  runs: readonly Run[],
  settings: Settings,
  progress: Progress,
): Promise<Results> {
  const samples = new Map<MeasureId, Map<string, number[]>>();
  const failures: Failure[] = [];

  const attempt = async (run: Run, subject: Subject, round: number) => {
    try {
      const values = await run.take(subject, settings);
      for (const [id, value] of Object.entries(values) as [MeasureId, number][]) record(samples, id, subject.name, value);
      progress.result(round, run, subject, values);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push({ contender: subject.name, run: run.title, round, reason });
      progress.failure(round, run, subject, reason);
    }
  };

  for (let round = 1; round <= settings.rounds; round++) {
    for (const run of runs.filter((each) => round <= roundsOf(each, settings))) {
      const turns = inTurn(
        subjects.filter((subject) => run.appliesTo(subject)),
        round - 1,
      );
      if (run.together) await Promise.all(turns.map((subject) => attempt(run, subject, round)));
      else for (const subject of turns) await attempt(run, subject, round);
    }
  }
  return { samples, failures };
}

/** Another one begins each round. */
export function inTurn<Item>(items: readonly Item[], round: number): Item[] {
  const first = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

function record(samples: Map<MeasureId, Map<string, number[]>>, id: MeasureId, contender: string, value: number): void {
  const ofMeasure = samples.get(id) ?? new Map<string, number[]>();
  samples.set(id, ofMeasure);
  ofMeasure.set(contender, [...(ofMeasure.get(contender) ?? []), value]);
}
