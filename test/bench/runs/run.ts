import type { Subject } from "../bed.js";
import type { MeasureId } from "../measures.js";

/** How long and how often. */
export interface Settings {
  readonly rounds: number;
  /** Of the runs that are rare: what they give hardly changes, or takes long. */
  readonly rareRounds: number;
  /** Of each iperf3 run. */
  readonly seconds: number;
  readonly pings: number;
  readonly idleSeconds: number;
}

export type Values = Partial<Record<MeasureId, number>>;

/** Something that is done to the contenders, in turns, once a round, and the figures that it gives. */
export interface Run {
  readonly title: string;
  readonly gives: readonly MeasureId[];
  /** To all contenders at once: where they do not disturb each other. */
  readonly together?: true;
  readonly rare?: true;
  appliesTo(subject: Subject): boolean;
  /** How long it will take a contender, in seconds. */
  seconds(settings: Settings): number;
  /** @throws when it gives nothing */
  take(subject: Subject, settings: Settings): Promise<Values>;
}

export function roundsOf(run: Run, { rounds, rareRounds }: Settings): number {
  return run.rare ? Math.min(rounds, rareRounds) : rounds;
}
