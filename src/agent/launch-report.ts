import { type ErrorReport, EXIT, type ExitCode, OperatorError, OperatorErrors } from "../base/errors.js";
import type { UpSummary } from "../observe/up-message.js";

/** What an agent says of its start. */
export type LaunchReport = { readonly type: "up"; readonly status: UpSummary; readonly warnings: readonly ErrorReport[] } | FailureReport;

export interface FailureReport {
  readonly type: "failed";
  readonly errors: readonly (ErrorReport & { readonly exitCode: ExitCode })[];
}

/** Operators' errors as they cross to the process that started the agent. @returns undefined for anything else: our own mistake */
export function failureReport(error: unknown): FailureReport | undefined {
  const errors = error instanceof OperatorErrors ? error.errors : error instanceof OperatorError ? [error] : undefined;
  return errors && { type: "failed", errors: errors.map((one) => ({ ...one.report(), exitCode: one.exitCode })) };
}

/** The other way: what to throw for a report. */
export function reportedError(report: FailureReport): OperatorError | OperatorErrors {
  const errors = report.errors.map(({ code, message, fix, exitCode }) => new OperatorError(code, message, fix, exitCode ?? EXIT.failed));
  const [only] = errors;
  return only !== undefined && errors.length === 1 ? only : new OperatorErrors(errors);
}
