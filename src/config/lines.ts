/** One line of a file that says something: blank lines and comments are left out. */
export type Line = SectionLine | EntryLine | OtherLine;

export interface SectionLine {
  readonly kind: "section";
  /** 1-based. */
  readonly number: number;
  readonly name: string;
  /** False when the closing bracket is missing or something follows it. */
  readonly wellFormed: boolean;
}

export interface EntryLine {
  readonly kind: "entry";
  readonly number: number;
  /** Without any white space, as wg reads it. */
  readonly key: string;
  /** Without the comment that may follow. */
  readonly value: string;
  /** With it: in a command, `#` is the shell's. */
  readonly wholeValue: string;
}

export interface OtherLine {
  readonly kind: "other";
  readonly number: number;
  readonly text: string;
}

/** @param text the whole file; a byte order mark and CRLF are trimmed as white space */
export function readLines(text: string): Line[] {
  const lines: Line[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = readLine(raw, index + 1);
    if (line) lines.push(line);
  }
  return lines;
}

function readLine(raw: string, number: number): Line | undefined {
  const text = withoutComment(raw);
  if (text === "") return undefined;
  const section = /^\[([^\]]*)(\]?)(.*)$/su.exec(text);
  if (section) {
    const [, name = "", bracket, rest] = section;
    return { kind: "section", number, name: withoutSpace(name), wellFormed: bracket === "]" && rest === "" };
  }
  const equals = text.indexOf("=");
  if (equals < 1) return { kind: "other", number, text };
  const key = withoutSpace(text.slice(0, equals));
  return { kind: "entry", number, key, value: text.slice(equals + 1).trim(), wholeValue: raw.slice(raw.indexOf("=") + 1).trim() };
}

function withoutComment(raw: string): string {
  const hash = raw.indexOf("#");
  return (hash < 0 ? raw : raw.slice(0, hash)).trim();
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, "");
}
