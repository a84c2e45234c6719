import { type ChildProcess, spawn } from "node:child_process";
import type { RunReport, RunRequest } from "./run-report.js";

/** Node runs no TypeScript; the bundler that the tests bring does. */
const WORKER = ["--input-type=module", "-e", 'await (await import("vite")).runnerImport("./test/sim/run-worker.ts")'];

/**
 * Makes runs in some processes at a time.
 *
 * @param next what to run; undefined: nothing more
 * @param report of each run, in the order in which they end
 */
export async function runBatch(workers: number, next: () => RunRequest | undefined, report: (run: RunReport) => void): Promise<void> {
  await Promise.all(Array.from({ length: workers }, () => work(next, report)));
}

/** One process, from its first run to its last. */
async function work(next: () => RunRequest | undefined, report: (run: RunReport) => void): Promise<void> {
  let worker: ChildProcess | undefined;
  for (let request = next(); request !== undefined; request = next()) {
    worker ??= spawn(process.execPath, WORKER, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const answer = await ask(worker, request);
    report(answer);
    if (!worker.connected) worker = undefined;
  }
  worker?.disconnect();
}

function ask(worker: ChildProcess, request: RunRequest): Promise<RunReport> {
  return new Promise((resolve) => {
    const onMessage = (answer: unknown) => {
      worker.off("exit", onExit);
      resolve(answer as RunReport);
    };
    const onExit = (code: number | null, signal: string | null) => {
      worker.off("message", onMessage);
      const failure = `the process of seed ${request.seed} ended (${code ?? signal})\nagain: npm run sim -- --seed ${request.seed}`;
      resolve({ seed: request.seed, failure, counts: {}, trace: "" });
    };
    worker.once("message", onMessage);
    worker.once("exit", onExit);
    worker.send(request);
  });
}
