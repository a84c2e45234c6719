import type { Subject } from "./bed.js";
import { formatValue } from "./format.js";
import { type MeasureId, measure } from "./measures.js";
import { type Run, roundsOf, type Settings, type Values } from "./runs/run.js";

/** Tells, line by line, what came out and how long the rest will take. */
export class Progress {
  /** Seconds that a run of one contender is thought to take. */
  readonly #weights: ReadonlyMap<Run, number>;
  readonly #planned: number;
  readonly #started = performance.now();
  #done = 0;

  constructor(
    subjects: readonly Subject[],
    runs: readonly Run[],
    private readonly settings: Settings,
    private readonly write: (line: string) => void,
  ) {
    const counts = new Map(runs.map((run) => [run, subjects.filter((subject) => run.appliesTo(subject)).length]));
    this.#weights = new Map(runs.map((run) => [run, run.seconds(settings) / (run.together ? (counts.get(run) ?? 1) : 1)]));
    const secondsOf = (run: Run) => roundsOf(run, settings) * (this.#weights.get(run) ?? 0) * (counts.get(run) ?? 0);
    this.#planned = runs.reduce((sum, run) => sum + secondsOf(run), 0);
  }

  /** Of the whole, in seconds, as far as can be told beforehand. */
  get planned(): number {
    return this.#planned;
  }

  result(round: number, run: Run, subject: Subject, values: Values): void {
    const told = (Object.entries(values) as [MeasureId, number][]).map(([id, value]) => `${formatValue(value)} ${measure(id).unit}`);
    this.#tell(round, run, subject, told.join(", "));
  }

  failure(round: number, run: Run, subject: Subject, reason: string): void {
    this.#tell(round, run, subject, `failed: ${reason.split("\n")[0]}`);
  }

  #tell(round: number, run: Run, { name }: Subject, what: string): void {
    this.#done += this.#weights.get(run) ?? 0;
    const left = secondsLeft(this.#planned, this.#done, (performance.now() - this.#started) / 1000);
    this.write(
      `${round}/${roundsOf(run, this.settings)}  ${run.title.padEnd(31)}${name.padEnd(14)}${what.padEnd(28)}${formatDuration(left).padStart(7)} left`,
    );
  }
}

/** What is left of a plan that goes on as quickly, or as slowly, as so far. */
export function secondsLeft(planned: number, done: number, taken: number): number {
  return done > 0 ? Math.max(0, ((planned - done) * taken) / done) : planned;
}

export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 100 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
