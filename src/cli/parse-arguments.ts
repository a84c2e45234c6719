import { nearest } from "../config/suggestion.js";
import type { Command, GivenArguments, Option } from "./command.js";
import { argumentMissing, argumentUnexpected, optionRepeated, optionTakesNoValue, optionUnknown, optionValueMissing } from "./errors.js";
import { usageLine } from "./help.js";

/**
 * What stands after a command's name.
 *
 * @throws OperatorError for every word that the command does not declare: nothing is guessed, and nothing ignored
 */
export async function parseArguments(command: Command, words: readonly string[]): Promise<GivenArguments> {
  const [before, after] = splitAtDashes(words);
  for (const word of before) if (word.startsWith("--")) refuseOption(command, word);
  // Loading yargs takes as long as starting Node (60 ms): where there is no option to parse, `up FILE` does without.
  const [options, plain] = before.some((word) => word.startsWith("-")) ? [before, after] : [[], [...before, ...after]];
  const parsed = options.length === 0 ? {} : await parseWords(command, withBareValues(command, options));
  const positionals = positionalValues(command, parsed, plain);
  const values = Object.entries(command.options).map(([name, option]) => [name, optionValue(name, option, parsed[name])] as const);
  return Object.fromEntries([...positionals, ...values]);
}

/** The words before a `--` alone, and those after it, which are no options whatever they look like. */
function splitAtDashes(words: readonly string[]): [readonly string[], readonly string[]] {
  const end = words.indexOf("--");
  return end === -1 ? [words, []] : [words.slice(0, end), words.slice(end + 1)];
}

function positionalValues(command: Command, parsed: Record<string, unknown>, after: readonly string[]): [string, string | undefined][] {
  const left = [...after];
  const values = Object.entries(command.positionals).map(([name, { optional, label }]): [string, string | undefined] => {
    const text = textOf(parsed[name]) ?? left.shift();
    if (text === undefined && !optional) throw argumentMissing({ command: command.name, label, usage: usageLine(command) });
    return [name, text];
  });
  if (left.length > 0) throw argumentUnexpected({ command: command.name, words: left.join(", "), usage: usageLine(command) });
  return values;
}

function refuseOption(command: Command, word: string): void {
  const [name = ""] = word.slice(2).split("=", 1);
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
  if (option === undefined) throw unknownOption(command, `--${name}`);
  if (option.value === undefined && word.includes("=")) throw optionTakesNoValue({ option: `--${name}` });
}

function unknownOption(command: Command, option: string) {
  const meant = nearest(option, Object.keys(command.options), (name) => `--${name}`);
  return optionUnknown({ command: command.name, option, nearest: meant === undefined ? undefined : `--${meant}` });
}

/** Writes out the values of options that stand alone, for yargs would take the next word. */
function withBareValues(command: Command, words: readonly string[]): string[] {
  return words.map((word) => {
    const bare = word.startsWith("--") ? command.options[word.slice(2)]?.bare : undefined;
    return bare === undefined ? word : `${word}=${bare}`;
  });
}

async function parseWords(command: Command, words: readonly string[]): Promise<Record<string, unknown>> {
  const { default: yargs } = await import("yargs");
  const places = Object.keys(command.positionals).map((name) => `[${name}]`);
  const parser = yargs([command.name, ...words])
    .parserConfiguration(PARSER)
    .locale("en")
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail(false)
    .strict()
    .command([command.name, ...places].join(" "), false, (builder) => {
      for (const name of Object.keys(command.positionals)) builder.positional(name, { type: "string" });
      return builder.options(Object.fromEntries(Object.entries(command.options).map(([name, option]) => [name, yargsOption(option)])));
    });
  try {
    return parser.parseSync();
  } catch (error) {
    throw usageFault(command, words, error);
  }
}

/** Texts stay texts, and each option has one spelling. */
const PARSER = {
  "boolean-negation": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  "greedy-arrays": false,
  "parse-numbers": false,
  "parse-positional-numbers": false,
};

function yargsOption(option: Option) {
  const alias = option.alias === undefined ? {} : { alias: option.alias };
  if (option.value === undefined) return { type: "boolean" as const, ...alias };
  return { type: "string" as const, array: option.list === true, requiresArg: true, ...alias };
}

/** yargs' complaint in our words. */
function usageFault(command: Command, words: readonly string[], error: unknown): unknown {
  const message = error instanceof Error ? error.message : "";
  const lacking = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (lacking !== undefined) {
    const [name, option] = Object.entries(command.options).find(([long, { alias }]) => long === lacking || alias === lacking) ?? [lacking];
    return optionValueMissing({ option: `--${name}`, value: option?.value ?? "VALUE" });
  }
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1];
  if (unknown === undefined) return error;
  const letter = unknown.split(", ").find((word) => !words.includes(word));
  return letter === undefined
    ? argumentUnexpected({ command: command.name, words: unknown, usage: usageLine(command) })
    : unknownOption(command, `-${letter}`);
}

function optionValue(name: string, option: Option, parsed: unknown): string | readonly string[] | boolean | undefined {
  if (option.value === undefined) return parsed === true || Array.isArray(parsed);
  if (option.list) return Array.isArray(parsed) ? parsed.map(String) : [];
  if (Array.isArray(parsed)) throw optionRepeated({ option: `--${name}` });
  return textOf(parsed);
}

function textOf(parsed: unknown): string | undefined {
  return parsed === undefined ? undefined : String(parsed);
}
