/** `tunvpn check`: the verdict on one file. */
import { formatFindings, type Problem, type Unsupported } from "../config/problems.js";

export interface Findings {
  readonly problems: readonly Problem[];
  readonly unsupported: readonly Unsupported[];
}

/** What `check --json` prints. Only gains fields. */
export interface CheckDocument extends Findings {
  readonly version: 1;
  /** As the operator typed it. */
  readonly file: string;
  /** Whether `up` takes the file. */
  readonly ok: boolean;
}

export function checkDocument(file: string, { problems, unsupported }: Findings): CheckDocument {
  const ok = unsupported.length === 0 && problems.every((problem) => problem.severity !== "error");
  return { version: 1, file, ok, problems, unsupported };
}

/** What was found, in the order of the file and the shape of errors; "" for nothing. */
export function formatCheckFindings(check: CheckDocument): string {
  return formatFindings(check.file, check);
}

/** `FILE: ok`, or counts of what was found. */
export function formatVerdict({ file, ok, problems, unsupported }: CheckDocument): string {
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const counts = [
    counted(errors, "error"),
    counted(unsupported.length, "unsupported setting"),
    counted(problems.length - errors, "warning"),
  ];
  const found = counts.filter((count) => count !== undefined).join(", ");
  if (!ok) return `${file}: ${found}`;
  return found === "" ? `${file}: ok` : `${file}: ok, with ${found}`;
}

function counted(count: number, noun: string): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
