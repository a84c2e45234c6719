import { parseStep, type Step } from "./step.js";

/**
 * The undo journal as text: a header, then one line for each step about to be taken, all of them JSON.
 *
 * `{"undoneFrom":N}` says that the steps from the Nth on, counted from 0, have been undone.
 */
export const JOURNAL_VERSION = 1;

/** What a journal is for, and where it is valid. */
export interface JournalHeader {
  /** The interface. */
  readonly name: string;
  /** Kernel state does not outlive a boot: /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
  /** The cookie of the network namespace, in decimal. */
  readonly netns: string;
  /** Of the agent. */
  readonly pid: number;
  readonly runtimeDir: string;
  readonly agentVersion: string;
  /** ISO 8601, for people. */
  readonly created: string;
}

export type JournalText =
  | {
      readonly state: "readable";
      readonly header: JournalHeader;
      readonly steps: readonly Step[];
      readonly damagedLines: readonly number[];
    }
  | { readonly state: "otherVersion"; readonly bootId: string; readonly agentVersion: string }
  | { readonly state: "unbegun" }
  | { readonly state: "damaged" };

type Fields = Readonly<Record<string, unknown>>;

export function headerLine(header: JournalHeader): string {
  return `${JSON.stringify({ journal: "tunvpn", version: JOURNAL_VERSION, ...header })}\n`;
}

export function stepLines(steps: readonly Step[]): string {
  return steps.map((step) => `${JSON.stringify({ step })}\n`).join("");
}

export function undoneLine(from: number): string {
  return `${JSON.stringify({ undoneFrom: from })}\n`;
}

/**
 * Reads whatever a crash may have left.
 *
 * A line that cannot be read is passed over and counted: the last one of a torn write stands for steps that were never begun.
 *
 * @returns `unbegun` when the header was not written to its end, so that no step can have been taken; `damaged` when it cannot be read
 *   though steps may have been; line numbers are 1-based
 */
export function parseJournal(text: string): JournalText {
  if (!text.includes("\n")) return { state: "unbegun" };
  const [first = "", ...rest] = text.split("\n");
  const header = parseFields(first);
  if (header?.journal !== "tunvpn" || typeof header.version !== "number") return { state: "damaged" };
  if (header.version !== JOURNAL_VERSION) {
    return { state: "otherVersion", bootId: String(header.bootId), agentVersion: String(header.agentVersion) };
  }
  const parsed = parseHeader(header);
  if (parsed === undefined) return { state: "damaged" };
  let steps: Step[] = [];
  const damagedLines: number[] = [];
  rest.forEach((line, index) => {
    if (line === "") return;
    const fields = parseFields(line);
    const step = parseStep(fields?.step);
    if (step !== undefined) steps.push(step);
    else if (isCount(fields?.undoneFrom)) steps = steps.slice(0, fields.undoneFrom);
    else damagedLines.push(index + 2);
  });
  return { state: "readable", header: parsed, steps, damagedLines };
}

function parseHeader(fields: Fields): JournalHeader | undefined {
  const { name, bootId, netns, pid, runtimeDir, agentVersion, created } = fields;
  if (!areTexts([name, bootId, netns, runtimeDir, agentVersion, created]) || !isCount(pid)) return undefined;
  return { name, bootId, netns, pid, runtimeDir, agentVersion, created } as JournalHeader;
}

function parseFields(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function areTexts(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
