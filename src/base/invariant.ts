/** Our own mistake, as opposed to an operator's or a stranger's. It is never caught: the process ends. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

/** @throws InvariantViolation when the condition is false */
export function invariant(condition: unknown, what: string): asserts condition {
  if (!condition) throw new InvariantViolation(what);
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`unexpected ${JSON.stringify(value)}`);
}
