import { EXIT } from "../base/errors.js";
import { nearest } from "../config/suggestion.js";
import { formatShow } from "../observe/show.js";
import { formatShowColumn, SHOW_COLUMNS, type ShowColumn } from "../observe/show-column.js";
import { defineCommand } from "./command.js";
import { showColumnUnknown } from "./errors.js";
import { interfaceArgument } from "./interface-argument.js";
import { warnOfSkew } from "./version-skew.js";

export const showCommand = defineCommand({
  name: "show",
  about: "the same in the words and columns of wg show",
  details: [
    `Without a column, what people read. With one, lines for scripts, with tabs between the fields: ${SHOW_COLUMNS.join(", ")}.`,
    "Secrets stay in the agent: the private key is always (none), and a pre-shared key (hidden) where there is one.",
  ],
  positionals: {
    interface: { label: "interface", about: "its name; all of them with all, or without it; interfaces lists their names", optional: true },
    column: { label: "column", about: "such as dump, latest-handshakes or transfer", optional: true },
  },
  options: {},
  examples: [
    ["show branch", "one interface, for people"],
    ["show all dump", "everything, for scripts"],
  ],
  async run({ interface: which = "all", column }, { terminal, agent }) {
    const wanted = column === undefined ? undefined : columnNamed(column);
    const { agentNames, readStatus, VERSION } = await agent.client();
    if (which === "interfaces" && wanted === undefined) {
      terminal.answer((await agentNames()).join(" "));
      return EXIT.done;
    }
    const all = which === "all";
    const status = await readStatus(all ? undefined : interfaceArgument(which));
    terminal.answer(
      wanted === undefined ? formatShow(status, terminal.now(), terminal.answerStyle) : formatShowColumn(status, wanted, all),
    );
    warnOfSkew(status.interfaces, VERSION, terminal);
    return EXIT.done;
  },
});

function columnNamed(word: string): ShowColumn {
  const column = SHOW_COLUMNS.find((known) => known === word);
  if (column === undefined) throw showColumnUnknown({ word, nearest: nearest(word, SHOW_COLUMNS, (name) => name), known: SHOW_COLUMNS });
  return column;
}
