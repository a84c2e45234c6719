import type { OperatorError } from "../base/errors.js";

export type SectionName = "Interface" | "Peer";

export const SECTION_NAMES: readonly SectionName[] = ["Interface", "Peer"];

/** What a parser may say about the key whose value it reads. */
export interface KeyFacts {
  readonly name: string;
  /** The values it takes, in words. */
  readonly values: string;
  /** One such value. */
  readonly example: string;
}

/** Reads one value; "" is none. */
export type ValueParser<Value> = (text: string, key: KeyFacts) => Value | OperatorError;

/**
 * How a key's text becomes values. `one`: a single value, the key at most once. `optional`: the same, and an empty value
 * counts as none. `list`: any number, by commas, white space or repeated keys. `command`: one a line, its `#` kept.
 */
export type Arity = "one" | "optional" | "list" | "command";

/** Why a value is read and checked, but not acted on. */
export interface Lacking<Value> {
  /** One clause. */
  readonly reason: string;
  /** Values that need nothing done, and so are fine. */
  harmless?(value: Value): boolean;
}

/** One key of the language: parser, suggestions, documentation and example test all go by this. */
export interface KeyDefinition<Value> extends KeyFacts {
  readonly section: SectionName;
  readonly arity: Arity;
  /** What it is for: one sentence. */
  readonly about: string;
  /** True when wg or wg-quick know it too. */
  readonly wgQuick: boolean;
  readonly lacking?: Lacking<Value>;
  parse(text: string, key: KeyFacts): Value | OperatorError;
}

export type Effect = "now" | "partly" | "later";

/** Whether this version acts on the key: on every value, on some, or on none. */
export function effectOf(key: KeyDefinition<unknown>): Effect {
  if (key.lacking === undefined) return "now";
  return key.lacking.harmless === undefined ? "later" : "partly";
}
