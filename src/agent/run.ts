/** The life of an agent's process, in the background or in the foreground: start, wait for its end, stop. */
import { EXIT, type ExitCode } from "../base/errors.js";
import { Agent } from "./agent.js";
import { failureReport, type LaunchReport } from "./launch-report.js";

/** The first handshakes are over by then, or wait for an answer. */
const FIRST_HANDSHAKES = 1000;
/** Requests under way when the agent ends are answered within this, or not at all. */
const LAST_ANSWERS = 1000;

/**
 * Runs an agent until it is told to end.
 *
 * @param report is told once whether it is up
 * @returns the exit code of the process
 */
export async function runAgent(target: string, report: (message: LaunchReport) => void | Promise<void>): Promise<ExitCode> {
  const end = new End();
  try {
    const agent = await Agent.start(target, (reason) => end.because(reason));
    await report({ type: "up", status: agent.summary(), warnings: agent.warnings });
    setTimeout(() => void agent.releaseMemory(), FIRST_HANDSHAKES).unref();
    const reason = await end.reached;
    if (reason !== undefined) agent.log.error({ reason }, "the agent cannot go on");
    await agent.stop();
    setTimeout(() => process.exit(), LAST_ANSWERS).unref();
    return reason === undefined ? EXIT.done : EXIT.failed;
  } catch (error) {
    const failure = failureReport(error);
    if (failure === undefined) throw error;
    await report(failure);
    return EXIT.failed;
  }
}

/** An agent in the background outlives the terminal that it was started from. */
export function ignoreHangup(): void {
  process.on("SIGHUP", () => {});
}

/** The first reason to end, from a signal or from the agent itself. */
class End {
  readonly reached: Promise<string | undefined>;
  because: (reason: string | undefined) => void = () => {};

  constructor() {
    this.reached = new Promise((resolve) => {
      this.because = resolve;
    });
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => this.because(undefined));
  }
}
