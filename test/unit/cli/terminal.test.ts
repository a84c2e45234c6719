import { chmodSync, closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type Streams, type Terminal, terminalOf } from "../../../src/cli/terminal.js";
import { COLOURED, PLAIN } from "../../../src/observe/style.js";

class Exit extends Error {
  constructor(readonly code: number) {
    super();
  }
}

/** A stream that keeps what it is told, until it breaks. */
class Kept extends Writable {
  text = "";
  columns = 120;
  rows = 40;

  constructor(
    readonly isTTY = false,
    readonly fd = 1,
  ) {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _encoding: unknown, done: () => void): void {
    this.text += chunk;
    done();
  }
}

function made(changes: Partial<Streams> = {}) {
  const signals = new Map<string, () => void>();
  const stdout = new Kept();
  const stderr = new Kept();
  const streams: Streams = {
    stdin: inputOf(),
    stdout,
    stderr,
    env: {},
    once: (signal, listener) => signals.set(signal, listener),
    exit: (code) => {
      throw new Exit(code);
    },
    ...changes,
  };
  return { terminal: terminalOf(streams), stdout, stderr, signals };
}

async function* inputOf(...chunks: string[]) {
  yield* chunks.map((chunk) => Buffer.from(chunk));
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe("terminalOf", () => {
  it("answers on standard output, and tells on standard error", () => {
    const { terminal, stdout, stderr } = made();
    terminal.answer("a\nb");
    terminal.answer("");
    terminal.write("c");
    terminal.tell("d");
    terminal.tell("");
    expect([stdout.text, stderr.text]).toEqual(["a\nb\nc", "d\n"]);
  });

  it.each<[string, Partial<Streams>, Pick<Terminal, "answerStyle" | "tellStyle">]>([
    ["pipes", {}, { answerStyle: PLAIN, tellStyle: PLAIN }],
    ["a terminal", { stdout: new Kept(true), stderr: new Kept(true) }, { answerStyle: COLOURED, tellStyle: COLOURED }],
    ["a pipe and a terminal", { stderr: new Kept(true) }, { answerStyle: PLAIN, tellStyle: COLOURED }],
    ["NO_COLOR", { stdout: new Kept(true), env: { NO_COLOR: "1" } }, { answerStyle: PLAIN, tellStyle: PLAIN }],
    ["an empty NO_COLOR", { stdout: new Kept(true), env: { NO_COLOR: "" } }, { answerStyle: COLOURED, tellStyle: PLAIN }],
    ["a terminal without colours", { stdout: new Kept(true), env: { TERM: "dumb" } }, { answerStyle: PLAIN, tellStyle: PLAIN }],
  ])("uses colours where they can be seen and are wanted: %s", (_title, changes, styles) => {
    const { answerStyle, tellStyle } = made(changes).terminal;
    expect({ answerStyle, tellStyle }).toEqual(styles);
  });

  it("knows the size of a terminal only", () => {
    expect(made().terminal.size()).toBeUndefined();
    expect(made({ stdout: new Kept(true) }).terminal.size()).toEqual({ columns: 120, rows: 40 });
  });

  it("stops, and fails at nothing, when the reader of its answers goes away", () => {
    const { terminal, stdout } = made();
    const stopped = terminal.untilStopped();
    expect([terminal.isRead(), stopped.aborted]).toEqual([true, false]);
    stdout.emit("error", failure("EPIPE"));
    stdout.emit("error", failure("EPIPE"));
    expect([terminal.isRead(), stopped.aborted]).toEqual([false, true]);
    terminal.answer("to nobody");
    expect(stdout.text).toBe("");
  });

  it("goes on when the reader of its errors goes away", () => {
    const { terminal, stderr } = made();
    stderr.emit("error", failure("EPIPE"));
    expect([terminal.isRead(), terminal.untilStopped().aborted]).toEqual([true, false]);
    terminal.tell("to nobody");
    expect(stderr.text).toBe("");
  });

  it("fails when its answers cannot be written", () => {
    const { stdout, stderr } = made();
    expect(() => stdout.emit("error", failure("ENOSPC"))).toThrow(expect.objectContaining({ code: 1 }));
    expect(stderr.text).toMatch(/^error OUTPUT_FAILED: cannot write to standard output \(ENOSPC\)\n {2}fix: /);
  });

  it.each(["SIGINT", "SIGTERM"])("stops at %s once somebody waits for that, and not before", (signal) => {
    const { terminal, signals } = made();
    expect(signals.size).toBe(0);
    const stopped = terminal.untilStopped();
    signals.get(signal)?.();
    expect(stopped.aborted).toBe(true);
  });

  it("pauses for as long as it is told, and no longer than until it is stopped", async () => {
    const { terminal, signals } = made();
    await terminal.pause(1);
    terminal.untilStopped();
    const pause = terminal.pause(3_600_000);
    signals.get("SIGINT")?.();
    await expect(pause).resolves.toBeUndefined();
    await expect(terminal.pause(3_600_000)).resolves.toBeUndefined();
  });

  it("reads its input to the end, or until it is more than wanted", async () => {
    expect(await made({ stdin: inputOf("ab", "c") }).terminal.readInput(10)).toBe("abc");
    expect(await made({ stdin: inputOf("ab", "cd", "never") }).terminal.readInput(3)).toBe("abcd");
  });

  it.each([
    [0o600, false],
    [0o640, false],
    [0o644, true],
    [0o602, true],
  ])("knows that everybody has access to a file of mode %o: %s", (mode, isPublic) => {
    const dir = mkdtempSync(join(tmpdir(), "tunvpn-output-"));
    const path = join(dir, "key");
    const descriptor = openSync(path, "w");
    chmodSync(path, mode);
    expect(made({ stdout: new Kept(false, descriptor) }).terminal.answersInPublic()).toBe(isPublic);
    closeSync(descriptor);
    rmSync(dir, { recursive: true });
  });

  it("does not take a device for such a file", () => {
    const descriptor = openSync("/dev/null", "w");
    expect(made({ stdout: new Kept(false, descriptor) }).terminal.answersInPublic()).toBe(false);
    closeSync(descriptor);
  });
});
