import { invariant } from "../base/invariant.js";
import { keyOf, kindOf, parseResource, type Resource, sameResource } from "./kinds.js";
import type { Seen } from "./resource.js";

/** One change and, read backwards, its inverse. `null`: absent. Both ends have the same key, and one of them is there. */
export interface Step {
  readonly before: Resource | null;
  readonly after: Resource | null;
}

/** What is wanted of each key; what it does not name is left alone. */
export type Target = ReadonlyMap<string, Resource | null>;

export function stepKey(step: Step): string {
  return keyOf(resourceOf(step));
}

/** The lines for `ip -batch` that take the step. */
export function stepCommands(step: Step): string[] {
  return kindOf(resourceOf(step)).commands(step.before, step.after);
}

/** What leads from the state seen to the target, in an order in which the kernel takes it. Empty when nothing is left to do. */
export function stepsTowards(target: Target, seen: ReadonlyMap<string, Seen<Resource>>): Step[] {
  const steps = [];
  for (const [key, after] of target) {
    const before = seen.get(key)?.resource ?? null;
    if (!sameResource(before, after)) steps.push({ before, after });
  }
  // Removals run backwards: with an IPv4 address the kernel drops those that were added after it to the same network.
  const removals = steps.filter((step) => step.after === null).reverse();
  const others = steps.filter((step) => step.after !== null);
  return [...removals, ...others].toSorted((a, b) => stageOf(a) - stageOf(b));
}

/** For each key of the steps, in the order of its first appearance, what was there before the first of them. */
export function originals(steps: readonly Step[]): Map<string, Resource | null> {
  const before = new Map<string, Resource | null>();
  for (const step of steps) if (!before.has(stepKey(step))) before.set(stepKey(step), step.before);
  return before;
}

/** A line for people: `+` appears, `−` goes, `~` changes. */
export function formatStep(step: Step): string {
  const { before, after } = step;
  if (before !== null && after !== null) return `~ ${stepKey(step)} ${kindOf(before).value(before)} → ${kindOf(after).value(after)}`;
  const resource = resourceOf(step);
  return `${after === null ? "−" : "+"} ${stepKey(step)} ${kindOf(resource).value(resource)}`.trimEnd();
}

/** @returns undefined when the value, read from a journal, is no step that this version knows */
export function parseStep(value: unknown): Step | undefined {
  if (typeof value !== "object" || value === null || !("before" in value) || !("after" in value)) return undefined;
  const before = value.before === null ? null : parseResource(value.before);
  const after = value.after === null ? null : parseResource(value.after);
  if (before === undefined || after === undefined || (before ?? after) === null) return undefined;
  if (before !== null && after !== null && keyOf(before) !== keyOf(after)) return undefined;
  return { before, after };
}

function stageOf(step: Step): number {
  return kindOf(resourceOf(step)).stage(step.before, step.after);
}

function resourceOf(step: Step): Resource {
  const resource = step.after ?? step.before;
  invariant(resource !== null, "a step without any resource");
  return resource;
}
