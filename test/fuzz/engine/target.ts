/** Something that is fuzzed. */
export interface Target {
  readonly name: string;
  /** Bytes of the longest input that leads anywhere. */
  readonly longest: number;
  /** What inputs are likely to hold. */
  readonly words: readonly Uint8Array[];
  /** Throws, or rejects, when something is so that must not be. Does the same for the same input. */
  run(input: Uint8Array): void | Promise<void>;
}

export function must(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`broken: ${what}`);
}

export function textWords(...words: readonly string[]): Uint8Array[] {
  return words.map((word) => new TextEncoder().encode(word));
}
