/** An error or a warning as the command line shows it. */
export interface ShownReport {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** All of them, in their order. One that has not the form `error CODE: message`, then `  fix: …`, is not found. */
export function shownReports(text: string): ShownReport[] {
  return [...text.matchAll(/^(error|warning) ([A-Z][A-Z0-9_]+): (.+)\n {2}fix: (.+)$/gm)].map(
    ([, severity = "", code = "", message = "", fix = ""]) => ({ severity, code, message, fix }),
  );
}
