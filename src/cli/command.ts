import type { ExitCode } from "../base/errors.js";
import type { AgentDoors } from "./agent-doors.js";
import type { Terminal } from "./terminal.js";

/** A word of the command line that stands by itself. */
export interface Positional {
  /** What help calls it. */
  readonly label: string;
  readonly about: string;
  readonly optional?: true;
}

/** `--NAME`. */
export interface Option {
  readonly about: string;
  /** What help calls its value. A switch has none. */
  readonly value?: string;
  /** One letter. */
  readonly alias?: string;
  /** Its value when it stands without `=`; then only `=` gives it another. */
  readonly bare?: string;
  /** Whether it may be given several times. */
  readonly list?: true;
}

/** What stands around a command. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly agent: AgentDoors;
}

/** One command: what help says of it, what yargs parses for it, and what it does. */
export interface Command {
  readonly name: string;
  /** One line. */
  readonly about: string;
  /** More of it, a paragraph an entry. */
  readonly details: readonly string[];
  readonly positionals: Readonly<Record<string, Positional>>;
  readonly options: Readonly<Record<string, Option>>;
  /** Without the program's name, and what each does. */
  readonly examples: readonly (readonly [command: string, about: string])[];
  run(given: GivenArguments, surroundings: Surroundings): Promise<ExitCode>;
}

/** Every positional and option of a command, under its name: a text, a list of them, whether a switch is on; undefined when it is not given. */
export type GivenArguments = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** The same with the types that the definitions tell. */
type ArgumentsOf<Positionals, Options> = {
  readonly [Name in keyof Positionals]: Positionals[Name] extends { optional: true } ? string | undefined : string;
} & {
  readonly [Name in keyof Options]: Options[Name] extends { list: true }
    ? readonly string[]
    : Options[Name] extends { value: string }
      ? string | undefined
      : boolean;
};

interface Definition<Positionals, Options> extends Omit<Command, "positionals" | "options" | "run"> {
  readonly positionals: Positionals;
  readonly options: Options;
  run(given: ArgumentsOf<Positionals, Options>, surroundings: Surroundings): Promise<ExitCode>;
}

/** Gives `run` the types of what is declared beside it. */
export function defineCommand<
  const Positionals extends Readonly<Record<string, Positional>>,
  const Options extends Readonly<Record<string, Option>>,
>(definition: Definition<Positionals, Options>): Command {
  const run: Command["run"] = (given, surroundings) => definition.run(given as ArgumentsOf<Positionals, Options>, surroundings);
  return { ...definition, run };
}
