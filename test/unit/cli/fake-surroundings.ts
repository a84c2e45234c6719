import { setImmediate as turn } from "node:timers/promises";
import { operatorError } from "../../../src/base/errors.js";
import type { AgentDoors } from "../../../src/cli/agent-doors.js";
import type { Surroundings } from "../../../src/cli/command.js";
import { runCommandLine } from "../../../src/cli/run.js";
import type { Terminal } from "../../../src/cli/terminal.js";
import { PLAIN } from "../../../src/observe/style.js";
import { document, NOW } from "../observe/sample-status.js";

type Doors = Awaited<ReturnType<AgentDoors["client"]>> &
  Awaited<ReturnType<AgentDoors["launch"]>> &
  Awaited<ReturnType<AgentDoors["offline"]>>;

/** The version of the commands under test. */
export const VERSION = "0.1.0";

export const notRunning = operatorError<{ name: string }>(
  "TEST_NOT_RUNNING",
  ({ name }) => `no agent for ${name}`,
  ({ name }) => `tunvpn up ${name}`,
  3,
);

/** A terminal that keeps what it is told. */
export class FakeTerminal implements Terminal {
  /** Standard output. */
  answered = "";
  /** Standard error. */
  told = "";
  input = "";
  isPublic = false;
  screen: { columns: number; rows: number } | undefined;
  readonly answerStyle = PLAIN;
  readonly tellStyle = PLAIN;
  readonly #stopped = new AbortController();

  answer(text: string): void {
    if (text !== "") this.write(`${text}\n`);
  }

  tell(text: string): void {
    if (text !== "") this.told += `${text}\n`;
  }

  write(text: string): void {
    this.answered += text;
  }

  size() {
    return this.screen;
  }

  isRead(): boolean {
    return !this.#stopped.signal.aborted;
  }

  answersInPublic(): boolean {
    return this.isPublic;
  }

  async readInput(most: number): Promise<string> {
    return this.input.slice(0, most + 1);
  }

  untilStopped(): AbortSignal {
    return this.#stopped.signal;
  }

  async pause(): Promise<void> {
    await turn();
  }

  now(): number {
    return NOW;
  }

  /** Ctrl-C. */
  stop(): void {
    this.#stopped.abort();
  }
}

export interface Finished {
  readonly code: number;
  readonly answered: string;
  readonly told: string;
}

/**
 * Runs a command line.
 *
 * @param doors what of the agent is not as on a machine where none ever ran
 */
export async function run(words: readonly string[], doors: Partial<Doors> = {}, terminal = new FakeTerminal()): Promise<Finished> {
  const code = await runCommandLine(words, surroundings(doors, terminal));
  return { code, answered: terminal.answered, told: terminal.told };
}

function surroundings(doors: Partial<Doors>, terminal: Terminal): Surroundings {
  const all = { ...NO_AGENT, ...doors };
  return { terminal, agent: { client: async () => all, launch: async () => all, offline: async () => all } };
}

const NO_AGENT: Doors = {
  VERSION,
  agentNames: async () => [],
  readStatus: async (name) => {
    if (name !== undefined) throw notRunning({ name });
    return document();
  },
  runtimeDirectory: () => "/run/tunvpn",
  stopAgent: async () => false,
  launch: unexpected,
  runForeground: unexpected,
  interfaceNameOf: (target) => target.replace(/^.*\//, "").replace(/[.]conf$/, ""),
  loadConfig: unexpected,
  logFile: (name) => `/nonexistent/${name}.log`,
  notRunning: (name) => notRunning({ name }),
  undoLeftovers: async () => undefined,
};

function unexpected(): never {
  throw new Error("the command was not expected to open this door");
}
