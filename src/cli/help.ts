import type { Style } from "../observe/style.js";
import type { Command, Option } from "./command.js";

/** What `--help` prints. Lines stay within 100 columns. */
const WIDTH = 100;
const INDENT = "  ";

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

export function formatProgramHelp(groups: readonly CommandGroup[], style: Style): string {
  const commands = groups.flatMap((group) => group.commands);
  const column = Math.max(...commands.map((command) => invocation(command).length));
  const list = groups.flatMap(({ title, commands: members }) => [
    "",
    style.strong(title),
    ...members.map((command) => INDENT + pair(invocation(command), command.about, column)),
  ]);
  return [
    "tunvpn joins machines and sites into one network, with the file that a WireGuard user already has.",
    "",
    ...formatExamples(EXAMPLES, style),
    ...list,
    "",
    "tunvpn COMMAND --help says more about a command.",
    "Exit codes: 0 done, 1 failed, 2 bad usage or config, 3 not running.",
  ].join("\n");
}

const EXAMPLES = [
  ["pair head branch --endpoint-a=vpn.example.com:51820", "write a matching file for each site"],
  ["up ./head.conf", "on one site, and ./branch.conf on the other"],
  ["status", "who is connected, and if not, why not"],
] as const;

export function formatCommandHelp(command: Command, style: Style): string {
  const positionals = Object.values(command.positionals).map(({ label, about }) => [label, about] as const);
  const letters = Object.values(command.options).some(({ alias }) => alias !== undefined);
  const options = Object.entries(command.options).map(([name, option]) => [optionUsage(name, option, letters), option.about] as const);
  const column = Math.max(0, ...[...positionals, ...options].map(([term]) => term.length));
  const list = (terms: readonly (readonly [string, string])[]) =>
    terms.length === 0 ? [] : ["", ...terms.map(([term, about]) => INDENT + pair(term, about, column))];
  const examples = command.examples.length === 0 ? [] : ["", style.strong("Examples"), ...formatExamples(command.examples, style)];
  return [
    style.strong(usageLine(command)),
    "",
    ...wrap(`${command.about.charAt(0).toUpperCase()}${command.about.slice(1)}.`, WIDTH),
    ...command.details.flatMap((paragraph) => ["", ...wrap(paragraph, WIDTH)]),
    ...list(positionals),
    ...list(options),
    ...examples,
  ].join("\n");
}

/** `tunvpn up <file|name> [options]`. */
export function usageLine(command: Command): string {
  return `tunvpn ${invocation(command)}${Object.keys(command.options).length === 0 ? "" : " [options]"}`;
}

function invocation(command: Command): string {
  const places = Object.values(command.positionals).map(({ label, optional }) => (optional ? `[${label}]` : `<${label}>`));
  return [command.name, ...places].join(" ");
}

/** @param letters whether any option of the command has a letter, so that the others make room for one */
function optionUsage(name: string, { alias, value, bare }: Option, letters: boolean): string {
  const short = alias === undefined ? " ".repeat(letters ? 4 : 0) : `-${alias}, `;
  if (value === undefined) return `${short}--${name}`;
  return bare === undefined ? `${short}--${name}=${value}` : `${short}--${name}[=${value}]`;
}

/** What each does stands beside it, or above it where that is too wide. */
function formatExamples(examples: Command["examples"], style: Style): string[] {
  const column = Math.max(...examples.map(([command]) => command.length));
  const widest = PROMPT.length + column + INDENT.length + Math.max(...examples.map(([, about]) => about.length));
  if (widest > WIDTH) return examples.flatMap(([command, about]) => [INDENT + style.faint(`# ${about}`), PROMPT + command]);
  return examples.map(([command, about]) => PROMPT + command.padEnd(column) + INDENT + style.faint(about));
}

const PROMPT = `${INDENT}$ tunvpn `;

/** A term and what it means; the meaning goes on under itself. */
function pair(term: string, about: string, column: number): string {
  const start = column + 2 * INDENT.length;
  const [first = "", ...rest] = wrap(about, WIDTH - start);
  return [term.padEnd(column) + INDENT + first, ...rest.map((line) => " ".repeat(start) + line)].join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
