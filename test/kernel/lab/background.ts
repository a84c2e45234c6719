import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { BARE_ENVIRONMENT } from "./command.js";
import { until } from "./until.js";

/** A program that runs beside the test. */
export class Background {
  /** All it wrote so far, to either stream. */
  output = "";
  readonly #child: ChildProcess;
  readonly #command: string;
  readonly #ended: Promise<number | null>;

  constructor(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [program = "", ...rest] = words;
    this.#command = words.join(" ");
    this.#child = spawn(program, rest, { env: { ...BARE_ENVIRONMENT, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        this.output += text;
      });
    }
    this.#ended = once(this.#child, "close").then(() => this.#child.exitCode);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#command} did not start`);
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until it has written something. */
  async says(pattern: RegExp, seconds?: number): Promise<void> {
    await until(
      `${this.#command} says ${pattern}`,
      async () => {
        if (pattern.test(this.output)) return true;
        if (!this.running) throw new Error(`${this.#command} ended early:\n${this.output}`);
        return false;
      },
      seconds,
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** @returns its exit code, null after a signal */
  async ended(seconds?: number): Promise<number | null> {
    await until(`the end of ${this.#command}`, async () => !this.running, seconds);
    return this.#ended;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.running) this.signal(signal);
    return this.ended();
  }
}
