import { EXIT, type ExitCode, OperatorError } from "../base/errors.js";
import type { StatusDocument } from "../observe/status.js";
import { checkStatus, unknownStatus } from "../observe/status-check.js";
import { formatStatus } from "../observe/status-table.js";
import { defineCommand, type Surroundings } from "./command.js";
import { optionsConflict } from "./errors.js";
import { interfaceArgument } from "./interface-argument.js";
import type { Terminal } from "./terminal.js";
import { warnOfSkew } from "./version-skew.js";
import { watchStatus } from "./watch.js";

export const statusCommand = defineCommand({
  name: "status",
  about: "peers, the state of each link, and why there is none",
  details: [
    "The state of a peer is idle (nothing to send yet), handshaking, established or unreachable.",
    "--check prints one line for Nagios and its kin, and exits 0 when all peers are established or idle, 1 when some are not, 2 when none is, 3 when that cannot be told.",
  ],
  positionals: { interface: { label: "interface", about: "its name; all of them without it", optional: true } },
  options: {
    json: { about: "as JSON, a document a line" },
    watch: { about: "again every second, until Ctrl-C" },
    check: { about: "one line and an exit code, for monitoring" },
  },
  examples: [
    ["status branch --watch", "see it connect"],
    ["status --json | jq '.interfaces[].peers[] | {name, state}'", "for scripts"],
  ],
  async run({ interface: which, json, watch, check }, surroundings) {
    if (check && json) throw optionsConflict({ one: "--check", other: "--json" });
    if (check && watch) throw optionsConflict({ one: "--check", other: "--watch" });
    const name = which === undefined ? undefined : interfaceArgument(which);
    if (check) return checkOnce(name, surroundings);
    if (watch) return watchStatus(name, json, surroundings);
    return printOnce(name, json, surroundings);
  },
});

async function printOnce(name: string | undefined, json: boolean, { terminal, agent }: Surroundings): Promise<ExitCode> {
  const { readStatus, runtimeDirectory, VERSION } = await agent.client();
  const status = await readStatus(name);
  if (json) terminal.answer(JSON.stringify(status));
  else printTable(status, terminal);
  if (!json && status.interfaces.length === 0) terminal.tell(`no agent runs in the runtime directory ${runtimeDirectory()}`);
  warnOfSkew(status.interfaces, VERSION, terminal);
  return EXIT.done;
}

function printTable(status: StatusDocument, terminal: Terminal): void {
  terminal.answer(formatStatus(status, { now: terminal.now(), width: terminal.size()?.columns, style: terminal.answerStyle }));
}

/** A monitor takes exit code 1 for a warning, so no failure may use it. */
async function checkOnce(name: string | undefined, { terminal, agent }: Surroundings): Promise<ExitCode> {
  const { readStatus } = await agent.client();
  const { line, exitCode } = await readStatus(name).then(checkStatus, (failure: unknown) => {
    if (!(failure instanceof OperatorError)) throw failure;
    return unknownStatus(failure.message);
  });
  terminal.answer(line);
  return exitCode;
}
