import { EXIT, OperatorError } from "../base/errors.js";
import type { AgentDoors } from "./agent-doors.js";
import { defineCommand } from "./command.js";
import { versionSkew } from "./errors.js";
import { reportWarning } from "./failure.js";
import type { Terminal } from "./terminal.js";

export const downCommand = defineCommand({
  name: "down",
  about: "stop a tunnel, and put back what was there before",
  details: ["Without an agent, as after a crash, what it left behind is undone from its journal. Exits 3 when there was nothing to do."],
  positionals: { target: { label: "file|name", about: "the config file that up was given, or the interface's name" } },
  options: {},
  examples: [["down branch", "from anywhere"]],
  async run({ target }, { terminal, agent }) {
    const { interfaceNameOf, notRunning, undoLeftovers } = await agent.offline();
    const name = interfaceNameOf(target);
    await warnBeforeStop(name, agent, terminal);
    const { stopAgent } = await agent.client();
    if (await stopAgent(name)) {
      terminal.tell(`${name} is down`);
      return EXIT.done;
    }
    const undone = await undoLeftovers(name);
    if (undone === undefined) throw notRunning(name);
    terminal.tell(
      [
        `${name} had no agent; what it left behind is undone${undone.steps.length === 0 ? "" : ":"}`,
        ...undone.steps.map((step) => `  ${step}`),
      ].join("\n"),
    );
    return EXIT.done;
  },
});

/** The agent that is about to end may be another version: the next one will not. An agent that does not answer is stopped all the same. */
async function warnBeforeStop(name: string, agent: AgentDoors, terminal: Terminal): Promise<void> {
  const { readStatus, VERSION } = await agent.client();
  try {
    const other = (await readStatus(name)).interfaces.find(({ agentVersion }) => agentVersion !== VERSION);
    if (other === undefined) return;
    const facts = { name, agentVersion: other.agentVersion, version: VERSION, restart: `tunvpn up ${name} starts ${VERSION}` };
    reportWarning(versionSkew(facts).report(), terminal);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
  }
}
