/**
 * Errors that an operator can mend: a stable code, the facts, and the remedy.
 *
 * Each room keeps its own in one catalogue file (`<room>/errors.ts`) made with {@link operatorError}. Callers match on
 * {@link OperatorError.code}, never on text.
 */

/** Process exit codes; `docs/architecture.md` § command line. */
export const EXIT = { done: 0, failed: 1, usage: 2, notRunning: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What crosses process borders and appears as `lastError` in `status --json`. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export class OperatorError extends Error {
  override readonly name = "OperatorError";
  constructor(
    readonly code: string,
    message: string,
    /** The remedy: one sentence or command, without a trailing full stop. */
    readonly fix: string,
    readonly exitCode: ExitCode = EXIT.failed,
  ) {
    super(message);
  }

  report(): ErrorReport {
    return { code: this.code, message: this.message, fix: this.fix };
  }
}

/** Several problems found at once, such as every bad line of a file. Never empty. */
export class OperatorErrors extends AggregateError {
  override readonly name = "OperatorErrors";
  declare readonly errors: OperatorError[];
  constructor(errors: readonly OperatorError[]) {
    super(errors, errors.map((error) => error.message).join("; "));
  }
}

/** One entry of a catalogue. */
export interface ErrorEntry<Facts> {
  (facts: Facts): OperatorError;
  readonly code: string;
}

/**
 * Defines one entry of a room's catalogue.
 *
 * @param code upper snake case, unique in the program, never renamed once released
 * @param message the facts as one clause: what was tried, on what, with which result
 * @param fix the remedy
 */
export function operatorError<Facts>(
  code: string,
  message: (facts: Facts) => string,
  fix: (facts: Facts) => string,
  exitCode: ExitCode = EXIT.failed,
): ErrorEntry<Facts> {
  const entry = (facts: Facts) => new OperatorError(code, message(facts), fix(facts), exitCode);
  return Object.assign(entry, { code });
}

/** The form in which a person reads an error: `error CODE: message`, then `  fix: …`. */
export function formatReport(report: ErrorReport, severity: "error" | "warning" = "error"): string {
  return `${severity} ${report.code}: ${report.message}\n  fix: ${report.fix}`;
}
