/** A process that makes runs for another, which names their seeds. Started by batch.ts. */
import { type RunRequest, runAndReport } from "./run-report.js";

// A batch that is interrupted ends its workers itself, when their runs are over.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
process.on("message", (request: RunRequest) => {
  process.send?.(runAndReport(request));
});
