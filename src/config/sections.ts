import { OperatorError } from "../base/errors.js";
import {
  keyOutsideSection,
  lineInvalid,
  misplacedKey,
  repeatedKey,
  sectionMalformed,
  sectionRepeated,
  sectionUnknown,
  unknownKey,
} from "./errors.js";
import { type KeyDefinition, SECTION_NAMES, type SectionName } from "./key-definition.js";
import { KEYS } from "./keys.js";
import { type EntryLine, readLines, type SectionLine } from "./lines.js";
import type { Findings } from "./problems.js";
import { nearest } from "./suggestion.js";

/** A value and the line it comes from. */
export interface Located<Value> {
  readonly value: Value;
  /** 1-based. */
  readonly line: number;
}

/** The sections of a file, their values read and checked one by one, but not against each other. */
export interface Sections {
  readonly interface: Section | undefined;
  readonly peers: readonly Section[];
  /** True when a header was not understood: what seems to be missing may be under it. */
  readonly unknownHeader: boolean;
}

/** The values of one section. */
export class Section {
  /** By the key's name, in the order of the file. Empty lists are of keys whose values were all refused. */
  readonly #values = new Map<string, { readonly firstLine: number; readonly values: Located<unknown>[] }>();
  readonly #misspelt = new Set<string>();

  constructor(
    readonly name: SectionName,
    /** The header's line. */
    readonly line: number,
  ) {}

  one<Value>(key: KeyDefinition<Value>): Located<Value> | undefined {
    return this.all(key)[0];
  }

  all<Value>(key: KeyDefinition<Value>): readonly Located<Value>[] {
    // The map is filled by key.parse alone.
    return (this.#values.get(key.name)?.values ?? []) as Located<Value>[];
  }

  /** The first line that gives the key, be its value right or wrong. */
  firstLine(key: KeyDefinition<unknown>): number | undefined {
    return this.#values.get(key.name)?.firstLine;
  }

  /** True when the key is there, or a slip of it is. */
  has(key: KeyDefinition<unknown>): boolean {
    return this.#values.has(key.name) || this.#misspelt.has(key.name);
  }

  misspelt(key: KeyDefinition<unknown>): void {
    this.#misspelt.add(key.name);
  }

  mention(key: KeyDefinition<unknown>, line: number): void {
    if (!this.#values.has(key.name)) this.#values.set(key.name, { firstLine: line, values: [] });
  }

  add(key: KeyDefinition<unknown>, line: number, value: unknown): void {
    this.mention(key, line);
    this.#values.get(key.name)?.values.push({ value, line });
  }
}

export function readSections(text: string, findings: Findings): Sections {
  const reader = new SectionReader(findings);
  for (const line of readLines(text)) {
    if (line.kind === "section") reader.header(line);
    else if (line.kind === "entry") reader.entry(line);
    else reader.other(line.number, line.text);
  }
  return { interface: reader.interface, peers: reader.peers, unknownHeader: reader.unknownHeader };
}

/** Reads on after each mistake as what was most likely meant, so that one mistake is one problem. */
class SectionReader {
  interface: Section | undefined;
  readonly peers: Section[] = [];
  unknownHeader = false;
  #current: Section | "none" | "unknown" = "none";

  constructor(readonly findings: Findings) {}

  header(line: SectionLine): void {
    const known = SECTION_NAMES.find((name) => name.toLowerCase() === line.name.toLowerCase());
    const meant = known ?? nearest(line.name, SECTION_NAMES, (name) => name);
    if (known === undefined) this.findings.error(line.number, sectionUnknown({ name: line.name, nearest: meant }));
    else if (!line.wellFormed) this.findings.error(line.number, sectionMalformed({ name: known }));
    this.#open(meant, line.number, known !== undefined);
  }

  entry(line: EntryLine): void {
    const { key: written, number } = line;
    const name = written.toLowerCase();
    // A longer word, or one with other characters, is no key that anyone meant, and may be a secret out of place.
    if (!/^\p{L}[\p{L}\p{N}_-]{0,30}$/u.test(name)) return this.findings.error(number, lineInvalid());
    const section = this.#current;
    if (section === "unknown") return;
    if (section === "none") {
      const belongs = keyNamed(name)?.section;
      return this.findings.error(number, keyOutsideSection({ name: written, section: belongs }));
    }
    if (name.startsWith("x-")) return;
    const own = KEYS_OF[section.name].get(name);
    if (own) return this.#values(section, own, line);
    const other = keyNamed(name);
    if (other) return this.findings.error(number, misplacedKey({ name: other.name, section: section.name, belongs: other.section }));
    this.#unknown(section, line);
  }

  other(number: number, text: string): void {
    this.findings.error(number, lineInvalid());
    const header = text.replace(/[^A-Za-z]/g, "").toLowerCase();
    const meant = SECTION_NAMES.find((name) => name.toLowerCase() === header);
    if (meant) this.#open(meant, number, true);
  }

  #open(name: SectionName | undefined, line: number, certain: boolean): void {
    if (!certain) this.unknownHeader = true;
    if (name === undefined) {
      this.#current = "unknown";
      return;
    }
    this.#current = new Section(name, line);
    if (name === "Peer") this.peers.push(this.#current);
    else if (this.interface === undefined) this.interface = this.#current;
    else if (certain) this.findings.error(line, sectionRepeated({ firstLine: this.interface.line }));
  }

  #values(section: Section, key: KeyDefinition<unknown>, line: EntryLine): void {
    const firstLine = section.firstLine(key);
    const single = key.arity === "one" || key.arity === "optional";
    if (single && firstLine !== undefined) return this.findings.error(line.number, repeatedKey({ name: key.name, firstLine }));
    section.mention(key, line.number);
    for (const text of textsOf(key, line)) {
      const value = key.parse(text, key);
      if (value instanceof OperatorError) this.findings.error(line.number, value);
      else this.#value(section, key, line.number, value);
    }
  }

  #value(section: Section, key: KeyDefinition<unknown>, line: number, value: unknown): void {
    section.add(key, line, value);
    if (key.lacking && !key.lacking.harmless?.(value)) this.findings.unsupported(line, key.name, key.lacking.reason);
  }

  #unknown(section: Section, line: EntryLine): void {
    const known = KEYS.filter((key) => key.section === section.name);
    const meant = nearest(line.key, [...known, ...KEYS], (key) => key.name);
    const facts = { name: line.key, section: section.name, nearest: meant, known: known.map((key) => key.name) };
    this.findings.error(line.number, unknownKey(facts));
    if (meant?.section === section.name) section.misspelt(meant);
  }
}

/** By their names in lower case. */
const KEYS_OF: Readonly<Record<SectionName, ReadonlyMap<string, KeyDefinition<unknown>>>> = {
  Interface: keysOf("Interface"),
  Peer: keysOf("Peer"),
};

function keysOf(section: SectionName): Map<string, KeyDefinition<unknown>> {
  return new Map(KEYS.filter((key) => key.section === section).map((key) => [key.name.toLowerCase(), key]));
}

/** The key of that name in lower case, whatever its section. */
function keyNamed(name: string): KeyDefinition<unknown> | undefined {
  return SECTION_NAMES.map((section) => KEYS_OF[section].get(name)).find((key) => key !== undefined);
}

/** The single values of an entry. */
function textsOf(key: KeyDefinition<unknown>, line: EntryLine): string[] {
  if (key.arity === "command") return line.wholeValue === "" ? [] : [line.wholeValue];
  if (key.arity === "one") return [line.value];
  if (key.arity === "optional") return line.value === "" ? [] : [line.value];
  const separated = line.value.replace(/\s*\/\s*/g, "/").split(/[\s,]+/);
  return separated.filter((text) => text !== "");
}
