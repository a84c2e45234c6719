import { fstatSync } from "node:fs";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, formatReport } from "../base/errors.js";
import { COLOURED, PLAIN, type Style } from "../observe/style.js";
import { outputFailed } from "./errors.js";

/** Where a command's words go, and what it knows of the one who reads them. */
export interface Terminal {
  /** Prints the answer itself: lines on standard output. Nothing for "". */
  answer(text: string): void;
  /** Prints what is said to people beside the answer: lines on standard error. Nothing for "". */
  tell(text: string): void;
  /** Writes to standard output as it is. */
  write(text: string): void;
  readonly answerStyle: Style;
  readonly tellStyle: Style;
  /** Of the terminal that standard output is; undefined when it is none. */
  size(): { readonly columns: number; readonly rows: number } | undefined;
  /** Whether standard output has a reader still, as far as is known. */
  isRead(): boolean;
  /** Whether standard output is a file that everybody has access to. */
  answersInPublic(): boolean;
  /** Standard input, up to its end or to more than the given number of characters, whichever comes first. */
  readInput(most: number): Promise<string>;
  /** Aborted by Ctrl-C or SIGTERM, or when standard output has no reader any more. For commands that run until then. */
  untilStopped(): AbortSignal;
  /** Resolves after this long, or as soon as that signal is aborted. */
  pause(milliseconds: number): Promise<void>;
  /** Epoch seconds, with a fraction. */
  now(): number;
}

/** What a terminal is made of: `process`, or what stands in for it. */
export interface Streams {
  readonly stdin: AsyncIterable<unknown>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  once(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  exit(code: number): never;
}

type OutputStream = Pick<Writable, "on" | "write"> &
  Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns" | "rows">> & { readonly fd: number };

/** The terminal, pipes or files that a process was started with. */
export function terminalOf(streams: Streams): Terminal {
  const { stdin, stdout, stderr, env } = streams;
  const stopped = new AbortController();
  const told = new Output(stderr, () => undefined);
  const answered = new Output(stdout, (errno) => {
    stopped.abort();
    if (errno === "EPIPE") return;
    told.print(formatReport(outputFailed({ errno }).report()));
    streams.exit(EXIT.failed);
  });
  return {
    answer: (text) => answered.print(text),
    tell: (text) => told.print(text),
    write: (text) => answered.write(text),
    answerStyle: styleFor(stdout, env),
    tellStyle: styleFor(stderr, env),
    size: () => (stdout.isTTY ? { columns: stdout.columns || 80, rows: stdout.rows || 24 } : undefined),
    isRead: () => !answered.closed,
    answersInPublic: () => isPublicFile(stdout.fd),
    readInput: (most) => readUpTo(most, stdin),
    untilStopped: () => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) streams.once(signal, () => stopped.abort());
      return stopped.signal;
    },
    pause: (milliseconds) => sleep(milliseconds, undefined, { signal: stopped.signal }).catch(() => undefined),
    now: () => Date.now() / 1000,
  };
}

/** A stream that may end before we do: a reader that has seen enough, such as head, is no failure. */
class Output {
  /** Kept here, since Node brings its standard streams back to life. */
  closed = false;

  constructor(
    private readonly stream: OutputStream,
    onClosed: (errno: string) => void,
  ) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (this.closed) return;
      this.closed = true;
      onClosed(error.code ?? "unknown");
    });
  }

  print(text: string): void {
    if (text !== "") this.write(`${text}\n`);
  }

  write(text: string): void {
    if (!this.closed) this.stream.write(text);
  }
}

/** @see https://no-color.org */
function styleFor(stream: OutputStream, env: Streams["env"]): Style {
  const wanted = stream.isTTY && !env.NO_COLOR && env.TERM !== "dumb";
  return wanted ? COLOURED : PLAIN;
}

/** Permission bits of those who are neither owner nor group. */
const OTHERS = 0o007;

function isPublicFile(descriptor: number): boolean {
  const output = fstatSync(descriptor);
  return output.isFile() && (output.mode & OTHERS) !== 0;
}

async function readUpTo(most: number, input: AsyncIterable<unknown>): Promise<string> {
  let text = "";
  for await (const chunk of input) {
    text += String(chunk);
    if (text.length > most) break;
  }
  return text;
}
