import { type ErrorReport, EXIT, formatReport, OperatorError } from "../base/errors.js";

/** Something wrong in a file. */
export interface Problem {
  /** 1-based; 0: the file as a whole. */
  readonly line: number;
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** A valid setting that this version does not act on. */
export interface Unsupported {
  readonly line: number;
  /** The key's name as documented. */
  readonly key: string;
  /** One clause. */
  readonly reason: string;
}

/** Collects what is found in one file. */
export class Findings {
  readonly #problems: Problem[] = [];
  readonly #unsupported: Unsupported[] = [];

  error(line: number, error: OperatorError): void {
    this.#problems.push({ line, severity: "error", ...error.report() });
  }

  warning(line: number, warning: OperatorError): void {
    this.#problems.push({ line, severity: "warning", ...warning.report() });
  }

  /** Says a line once, however many of its values lack effect. */
  unsupported(line: number, key: string, reason: string): void {
    if (this.#unsupported.at(-1)?.line !== line) this.#unsupported.push({ line, key, reason });
  }

  /** In the order of the file. */
  get problems(): Problem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line);
  }

  /** In the order of the file. */
  get unsupportedKeys(): Unsupported[] {
    return this.#unsupported.toSorted((a, b) => a.line - b.line);
  }
}

/** A problem as an error, for callers that refuse the file because of it. */
export function problemError(path: string, problem: Problem): OperatorError {
  return new OperatorError(problem.code, `${place(path, problem.line)}: ${problem.message}`, problem.fix, EXIT.usage);
}

/** The lines for people: `error CODE: path:line: message`, then `  fix: …`. */
export function formatProblem(path: string, problem: Problem): string {
  return formatReport(problemError(path, problem).report(), problem.severity);
}

/** The lines for people about a setting without effect, in the same shape as a warning. */
export function formatUnsupported(path: string, unsupported: Unsupported): string {
  const report: ErrorReport = {
    code: "UNSUPPORTED_KEY",
    message: `${place(path, unsupported.line)}: ${unsupported.key}: ${unsupported.reason}`,
    fix: "remove the setting, or see to it outside tunvpn: up refuses the file as it is",
  };
  return formatReport(report, "warning");
}

/** Everything found in a file, in the order of its lines; "" when there is nothing to say. */
export function formatFindings(
  path: string,
  found: { readonly problems: readonly Problem[]; readonly unsupported: readonly Unsupported[] },
): string {
  const problems = found.problems.map((problem) => ({ line: problem.line, text: formatProblem(path, problem) }));
  const unsupported = found.unsupported.map((setting) => ({ line: setting.line, text: formatUnsupported(path, setting) }));
  return [...problems, ...unsupported]
    .toSorted((a, b) => a.line - b.line)
    .map((entry) => entry.text)
    .join("\n");
}

function place(path: string, line: number): string {
  return line === 0 ? path : `${path}:${line}`;
}
