import { EXIT, type ExitCode } from "../base/errors.js";
import type { Surroundings } from "./command.js";
import { loadCommand, loadGroups } from "./commands.js";
import { commandMissing } from "./errors.js";
import { reportFailure } from "./failure.js";
import { formatCommandHelp, formatProgramHelp } from "./help.js";
import { parseArguments } from "./parse-arguments.js";
import type { Terminal } from "./terminal.js";

/**
 * Does what a command line says.
 *
 * @param words without the program's name
 * @returns the exit code, errors of the operator's being told
 */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    return await dispatch(words, surroundings);
  } catch (failure) {
    return reportFailure(failure, wantsJson(words), surroundings.terminal);
  }
}

async function dispatch(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const [word, ...rest] = words;
  if (word === undefined) {
    terminal.tell(formatProgramHelp(await loadGroups(), terminal.tellStyle));
    return EXIT.usage;
  }
  if (word === "help" || isHelpOption(word)) return help(rest[0], terminal);
  const isVersion = word === "--version" || word === "-V";
  if (word.startsWith("-") && !isVersion) throw commandMissing({ word });
  const command = await loadCommand(isVersion ? "version" : word);
  if (beforeDashes(rest).some(isHelpOption)) return help(command.name, terminal);
  return command.run(await parseArguments(command, rest), surroundings);
}

async function help(name: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const style = terminal.answerStyle;
  terminal.answer(name === undefined ? formatProgramHelp(await loadGroups(), style) : formatCommandHelp(await loadCommand(name), style));
  return EXIT.done;
}

function isHelpOption(word: string): boolean {
  return word === "--help" || word === "-h";
}

function wantsJson(words: readonly string[]): boolean {
  return beforeDashes(words).includes("--json");
}

function beforeDashes(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return end === -1 ? words : words.slice(0, end);
}
