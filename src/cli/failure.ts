import { type ErrorReport, EXIT, type ExitCode, OperatorError, OperatorErrors } from "../base/errors.js";
import { paintReport } from "../observe/report.js";
import type { Terminal } from "./terminal.js";

/**
 * Prints what an operator can mend: for people on standard error, and with `json` on standard output too, as
 * `{"error":{code,message,fix}}` and, when there are several, all of them in `errors`.
 *
 * @returns the exit code of the first
 * @throws what no operator can mend: the process ends with a trace then
 */
export function reportFailure(failure: unknown, json: boolean, terminal: Terminal): ExitCode {
  const errors = operatorErrors(failure);
  for (const error of errors) terminal.tell(paintReport(error.report(), terminal.tellStyle));
  if (json) terminal.answer(JSON.stringify(failureDocument(errors)));
  return errors[0]?.exitCode ?? EXIT.failed;
}

export function reportWarning(warning: ErrorReport, terminal: Terminal): void {
  terminal.tell(paintReport(warning, terminal.tellStyle, "warning"));
}

export function failureDocument(errors: readonly OperatorError[]): { error: ErrorReport | undefined; errors?: ErrorReport[] } {
  const reports = errors.map((error) => error.report());
  return { error: reports[0], ...(reports.length > 1 ? { errors: reports } : {}) };
}

/** @throws the failure itself when it is none of an operator's */
export function operatorErrors(failure: unknown): readonly OperatorError[] {
  if (failure instanceof OperatorErrors) return failure.errors;
  if (failure instanceof OperatorError) return [failure];
  throw failure;
}
