import { setImmediate as turn } from "node:timers/promises";
import { EXIT, type ExitCode } from "../base/errors.js";
import { COLOURED } from "../observe/style.js";
import { defineCommand, type Surroundings } from "./command.js";
import { interfaceAmbiguous, logMissing, logUnreadable } from "./errors.js";
import { interfaceArgument } from "./interface-argument.js";
import { LogReader } from "./log-reader.js";
import type { Terminal } from "./terminal.js";
import { wholeNumber } from "./whole-number.js";

/** As many as tail shows before it follows. */
const LINES_BEFORE_FOLLOWING = 10;
const LINES_MAX = 1_000_000;
/** Milliseconds between two looks at the file. */
const PERIOD = 250;

export const logsCommand = defineCommand({
  name: "logs",
  about: "what the agent has to say",
  details: ["An agent that systemd runs writes to the journal instead: journalctl -u tunvpn@INTERFACE."],
  positionals: { interface: { label: "interface", about: "its name; not needed while a single one is up", optional: true } },
  options: {
    follow: { about: "go on until Ctrl-C", alias: "f" },
    lines: { about: `the last so many lines; all without it, or ${LINES_BEFORE_FOLLOWING} with --follow`, value: "N", alias: "n" },
    json: { about: "the JSON lines themselves" },
  },
  examples: [["logs branch -f", "watch an agent at work"]],
  async run({ interface: which, follow, lines, json }, surroundings) {
    const count = lines === undefined ? undefined : wholeNumber("--lines", lines, [0, LINES_MAX], 100);
    const name = which === undefined ? await onlyInterface(surroundings) : interfaceArgument(which);
    const last = count ?? (follow ? LINES_BEFORE_FOLLOWING : undefined);
    const { logFile } = await surroundings.agent.offline();
    const path = logFile(name);
    const print = await printerFor(json, surroundings.terminal);
    let reader: LogReader | undefined;
    try {
      reader = new LogReader(path, last);
      return await printLog(reader, { follow, print }, surroundings.terminal);
    } catch (error) {
      throw logFailure(error, { name, path });
    } finally {
      reader?.close();
    }
  },
});

async function onlyInterface({ agent }: Surroundings): Promise<string> {
  const { agentNames } = await agent.client();
  const names = await agentNames();
  const [only] = names;
  if (only === undefined || names.length > 1) throw interfaceAmbiguous({ names });
  return only;
}

function logFailure(error: unknown, { name, path }: { name: string; path: string }): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return code === "ENOENT" ? logMissing({ name, path }) : logUnreadable({ path, errno: code });
}

type Printer = (line: string) => void;

async function printerFor(json: boolean, terminal: Terminal): Promise<Printer> {
  if (json) return (line) => terminal.answer(line);
  const { prettyFactory } = await import("pino-pretty");
  const colorize = terminal.answerStyle === COLOURED;
  const format = prettyFactory({ colorize, ignore: "pid,version,interface", singleLine: true, translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l" });
  return (line) => terminal.answer(format(line).trimEnd());
}

async function printLog(reader: LogReader, { follow, print }: { follow: boolean; print: Printer }, terminal: Terminal): Promise<ExitCode> {
  await printNewLines(reader, print, terminal);
  if (!follow) {
    if (reader.unfinished !== "") print(reader.unfinished);
    return EXIT.done;
  }
  const stopped = terminal.untilStopped();
  while (!stopped.aborted) {
    await terminal.pause(PERIOD);
    await printNewLines(reader, print, terminal);
  }
  return EXIT.done;
}

/** Lines between two looks at whether anybody still reads them: the loop must turn for that. */
const LINES_AT_ONCE = 256;

async function printNewLines(reader: LogReader, print: Printer, terminal: Terminal): Promise<void> {
  let printed = 0;
  for (const line of reader.newLines()) {
    print(line);
    printed++;
    if (printed % LINES_AT_ONCE !== 0) continue;
    await turn();
    if (!terminal.isRead()) return;
  }
}
