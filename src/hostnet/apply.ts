import { OperatorError, OperatorErrors } from "../base/errors.js";
import type { DesiredState } from "./desired.js";
import { hostStateUnverified, linkMissing, undoIncomplete } from "./errors.js";
import type { Host } from "./host.js";
import { failureError } from "./ip-words.js";
import type { Journal } from "./journal.js";
import { type Resource, seenResources } from "./kinds.js";
import { linkNamed, type ObservedState } from "./observed.js";
import { formatPlan, type PlanContext, plan, targetOf } from "./plan.js";
import type { Seen } from "./resource.js";
import { ROUNDS, settle, withBystanders } from "./settle.js";
import { originals, type Step, stepCommands, stepKey, stepsTowards } from "./step.js";

export interface Applied {
  /** Those taken by this call; empty when nothing was to be done. */
  readonly steps: readonly Step[];
  /** What was read back. */
  readonly observed: ObservedState;
}

/**
 * Makes the host as desired, and reads back that it is. Applied once more, with the same journal and another file, it changes only what
 * differs.
 *
 * @param journal holds the steps taken for this interface before; those of this call are on disk in it before they are taken
 * @throws OperatorError, or OperatorErrors for several conflicts, after everything done by this call was undone
 */
export async function apply(host: Host, journal: Journal, desired: DesiredState, context: PlanContext): Promise<Applied> {
  const { name } = desired.link;
  const before = await host.observe(name);
  if (linkNamed(before, name) === undefined) throw linkMissing({ name });
  const { conflicts } = plan(desired, before, context, journal.steps);
  const [conflict] = conflicts;
  if (conflict !== undefined) throw conflicts.length === 1 ? conflict : new OperatorErrors(conflicts);
  const taken = journal.steps.length;
  try {
    const observed = await reach(host, journal, desired, before);
    return { steps: journal.steps.slice(taken), observed };
  } catch (error) {
    throw await takeBack(host, journal, taken, seenResources(before, name), error);
  }
}

/** @returns the state reached */
async function reach(host: Host, journal: Journal, desired: DesiredState, first: ObservedState): Promise<ObservedState> {
  const { name } = desired.link;
  let observed = first;
  const before = seenResources(observed, name);
  const changedBefore = originals(journal.steps);
  const isTheirs = (key: string) => before.get(key)?.restorable === true && !changedBefore.has(key);
  const target = withBystanders(targetOf(desired, observed, journal.steps), before);
  let steps = stepsTowards(target, before);
  for (let round = 0; round < ROUNDS && steps.length > 0; round++) {
    // What is given back to others is not ours to undo.
    await journal.record(steps.filter((step) => !isTheirs(stepKey(step))));
    const [failure] = await host.run(steps.flatMap(stepCommands), "stop");
    if (failure !== undefined) throw failureError(failure, name);
    observed = await host.observe(name);
    steps = stepsTowards(target, seenResources(observed, name));
  }
  if (steps.length > 0) throw hostStateUnverified({ name, missing: onOneLine(steps) });
  return observed;
}

/** @returns what to throw: the error itself, and with it what could not be undone */
async function takeBack(
  host: Host,
  journal: Journal,
  taken: number,
  before: ReadonlyMap<string, Seen<Resource>>,
  error: unknown,
): Promise<unknown> {
  const { name } = journal.header;
  const target = originals(journal.steps.slice(taken));
  try {
    const { left } = await settle(host, name, withBystanders(target, before), new Set(target.keys()));
    if (left.length > 0) throw undoIncomplete({ name, left: onOneLine(left) });
    if (target.size > 0) await journal.markUndone(taken);
    return error;
  } catch (second) {
    return error instanceof OperatorError && second instanceof OperatorError ? new OperatorErrors([error, second]) : error;
  }
}

function onOneLine(steps: readonly Step[]): string {
  return formatPlan(steps).replaceAll("\n", ", ");
}
