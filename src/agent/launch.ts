/** A door for the CLI: starting agents. */
import { spawn } from "node:child_process";
import { closeSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ErrorReport, ExitCode } from "../base/errors.js";
import { SECOND } from "../base/time.js";
import type { UpSummary } from "../observe/up-message.js";
import { configPath, interfaceNameOf } from "./config-path.js";
import { logFile, makeDirectories } from "./directories.js";
import { agentDied, directoryDenied } from "./errors.js";
import { type LaunchReport, reportedError } from "./launch-report.js";

/** A log larger than this is set aside when an agent starts. */
const LOG_MAX = 4 << 20;

/**
 * Megabytes of a half of the young generation. An agent makes little garbage, and slowly: with V8's own limit it holds tens of megabytes
 * of that before any is collected.
 */
const YOUNG_GENERATION = "--max-semi-space-size=1";

export interface LaunchRequest {
  /** A config file, or the name of one. */
  readonly target: string;
  /** Seconds to wait for the first handshake; undefined: not at all. */
  readonly wait: number | undefined;
}

export interface Launched {
  readonly name: string;
  readonly status: UpSummary;
  readonly warnings: readonly ErrorReport[];
  /** Whether a peer answered; undefined when nobody waited. */
  readonly connected: boolean | undefined;
}

/**
 * Starts an agent in the background. Returns once device, addresses and routes are in.
 *
 * @throws OperatorError, OperatorErrors: what kept it from starting; nothing is left then
 */
export async function launch({ target, wait }: LaunchRequest): Promise<Launched> {
  const name = interfaceNameOf(target);
  makeDirectories();
  const log = openLogFile(name);
  const main = fileURLToPath(new URL("../agent/main.js", import.meta.url));
  const child = spawn(process.execPath, [YOUNG_GENERATION, main, resolve(configPath(target))], {
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const report = await new Promise<LaunchReport>((done, fail) => {
    child.once("message", (message) => done(message as LaunchReport));
    child.once("error", (error) => fail(agentDied({ name, how: error.message, log: logFile(name) })));
    child.once("exit", (code, signal) => fail(agentDied({ name, how: signal ?? `exit code ${code}`, log: logFile(name) })));
  });
  child.unref();
  if (report.type === "failed") {
    if (statSync(logFile(name)).size === 0) rmSync(logFile(name));
    throw reportedError(report);
  }
  const connected = wait === undefined ? undefined : await connect(name, wait);
  return { name, status: report.status, warnings: report.warnings, connected };
}

/** Runs an agent in this process until SIGTERM or Ctrl-C. @throws OperatorError, OperatorErrors */
export async function runForeground(
  { target, wait }: LaunchRequest,
  onUp: (report: Extract<LaunchReport, { type: "up" }>) => void,
): Promise<ExitCode> {
  // Loaded here alone: whoever starts an agent in a process of its own would pay for the whole of it twice.
  const { runAgent } = await import("./run.js");
  return runAgent(resolve(configPath(target)), (report) => {
    if (report.type === "failed") throw reportedError(report);
    onUp(report);
    if (wait !== undefined) void connect(report.status.name, wait);
  });
}

/** @returns whether a peer answered in so many seconds */
async function connect(name: string, seconds: number): Promise<boolean> {
  const { connectPeers } = await import("./client.js");
  return (await connectPeers(name, seconds * SECOND)).length > 0;
}

function openLogFile(name: string): number {
  const path = logFile(name);
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > LOG_MAX) renameSync(path, `${path}.old`);
    return openSync(path, "a", 0o600);
  } catch (error) {
    throw directoryDenied({ path, errno: (error as NodeJS.ErrnoException).code ?? "unknown", variable: "TUNVPN_RUNTIME_DIR" });
  }
}
