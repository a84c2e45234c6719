/** @throws when a promise is broken */
export function must(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`broken: ${what}`);
}
