import { type ErrorReport, formatReport } from "../base/errors.js";
import type { Style } from "./style.js";

/** An error or warning for people; without colours the shape of {@link formatReport}. */
export function paintReport(report: ErrorReport, style: Style, severity: "error" | "warning" = "error"): string {
  const paint = severity === "error" ? style.bad : style.careful;
  const head = `${severity} ${report.code}:`;
  return `${paint(head)}${formatReport(report, severity).slice(head.length)}`;
}
