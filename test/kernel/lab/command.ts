import { type StdioOptions, spawn } from "node:child_process";

/** A program that ran to its end. */
export interface Outcome {
  readonly command: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Written to its standard input. */
  readonly input?: string | Buffer;
  /** Descriptors to hand on beside the three of every program, by their number there. */
  readonly descriptors?: ReadonlyMap<number, number>;
}

/** A program that takes longer hangs. */
const DEADLINE = 40_000;

/** What every program of a lab sees: nothing of the terminal or the test runner. */
export const BARE_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: `${process.env.PATH ?? "/usr/bin:/bin"}:/usr/local/sbin:/usr/sbin:/sbin`,
  LC_ALL: "C.UTF-8",
};

/** Runs a program, without a shell. @returns how it ended; only one that cannot be started, or hangs, is an error */
export function run(words: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const [program = "", ...rest] = words;
  const command = words.join(" ");
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { env: { ...BARE_ENVIRONMENT, ...options.env }, stdio: stdio(options) });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${command}\nhangs; so far it said:\n${stdout}${stderr}`));
    }, DEADLINE);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ command, code, stdout, stderr });
    });
    child.stdin?.on("error", () => undefined).end(options.input);
  });
}

/** Runs a program that must succeed. @returns what it wrote to standard output */
export async function must(words: readonly string[], options: CommandOptions = {}): Promise<string> {
  const outcome = await run(words, options);
  if (outcome.code !== 0) throw new Error(describe(outcome));
  return outcome.stdout;
}

/** The whole of it, for a failure's message. */
export function describe({ command, code, stdout, stderr }: Outcome): string {
  return `${command}\nended with ${code ?? "a signal"}\n${stdout}${stderr}`;
}

function stdio({ input, descriptors = new Map() }: CommandOptions): StdioOptions {
  const all: ("ignore" | "pipe" | number)[] = [input === undefined ? "ignore" : "pipe", "pipe", "pipe"];
  for (const [number, descriptor] of descriptors) {
    while (all.length < number) all.push("ignore");
    all[number] = descriptor;
  }
  return all;
}
