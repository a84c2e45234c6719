import { OperatorError } from "../base/errors.js";
import type { SecretKey } from "../base/keys.js";
import { conflictingKeys } from "./errors.js";
import { pathFromConfig } from "./file-name.js";
import type { KeyDefinition } from "./key-definition.js";
import type { Findings } from "./problems.js";
import type { Located, Section } from "./sections.js";

/** Where secrets that are not in the config file come from. */
export interface SecretSource {
  /** The config file's path. */
  readonly path: string;
  /** The text of a file. @throws OperatorError when it cannot be had, or others can read it */
  readSecret(path: string): string;
}

/**
 * A secret that stands in the file itself under one key, or in a file of its own under another.
 *
 * @returns undefined when there is none, or none that can be used
 */
export function secretOf(
  section: Section,
  keys: { readonly inline: KeyDefinition<SecretKey>; readonly file: KeyDefinition<string> },
  source: SecretSource,
  findings: Findings,
): Located<SecretKey> | undefined {
  const inlineLine = section.firstLine(keys.inline);
  const fileLine = section.firstLine(keys.file);
  if (inlineLine !== undefined && fileLine !== undefined) {
    const [first, second] = inlineLine < fileLine ? [keys.inline, keys.file] : [keys.file, keys.inline];
    const facts = { name: second.name, other: first.name, otherLine: Math.min(inlineLine, fileLine) };
    findings.error(Math.max(inlineLine, fileLine), conflictingKeys(facts));
    return section.one(keys.inline);
  }
  const written = section.one(keys.file);
  if (written === undefined) return section.one(keys.inline);
  const secret = readKey(written.value, keys, source);
  if (!(secret instanceof OperatorError)) return { line: written.line, value: secret };
  findings.error(written.line, secret);
  return undefined;
}

function readKey(
  written: string,
  keys: { readonly inline: KeyDefinition<SecretKey>; readonly file: KeyDefinition<string> },
  source: SecretSource,
): SecretKey | OperatorError {
  try {
    const path = pathFromConfig(source.path, written);
    return keys.inline.parse(source.readSecret(path), { ...keys.inline, name: `${keys.file.name} ${path}` });
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}
