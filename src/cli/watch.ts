import { stripVTControlCharacters } from "node:util";
import { EXIT, type ExitCode, type OperatorError } from "../base/errors.js";
import { displayWidth } from "../observe/display-width.js";
import { paintReport } from "../observe/report.js";
import type { StatusDocument } from "../observe/status.js";
import { formatStatus } from "../observe/status-table.js";
import type { Surroundings } from "./command.js";
import { failureDocument, operatorErrors } from "./failure.js";
import type { Terminal } from "./terminal.js";
import { skewsOf } from "./version-skew.js";

/** Milliseconds. */
const PERIOD = 1000;

/**
 * `status --watch`: the table again every second, in place on a terminal and one after the other elsewhere, or with `json` a
 * document a line. An agent that goes away is reported and waited for.
 */
export async function watchStatus(name: string | undefined, json: boolean, { terminal, agent }: Surroundings): Promise<ExitCode> {
  const { readStatus, VERSION } = await agent.client();
  const stopped = terminal.untilStopped();
  const view: View = json ? new DocumentLines(terminal) : new Screen(terminal, VERSION);
  try {
    while (!stopped.aborted) {
      await readStatus(name).then(
        (status) => view.show(status),
        (failure: unknown) => view.fail(operatorErrors(failure)),
      );
      await terminal.pause(PERIOD);
    }
  } finally {
    view.end?.();
  }
  return EXIT.done;
}

interface View {
  show(status: StatusDocument): void;
  fail(errors: readonly OperatorError[]): void;
  end?(): void;
}

class DocumentLines implements View {
  constructor(private readonly terminal: Terminal) {}

  show(status: StatusDocument): void {
    this.terminal.answer(JSON.stringify(status));
  }

  fail(errors: readonly OperatorError[]): void {
    this.terminal.answer(JSON.stringify(failureDocument(errors)));
  }
}

const HIDE_CURSOR = "\u{1b}[?25l";
const SHOW_CURSOR = "\u{1b}[?25h";
/** From the upper left corner to the end. */
const CLEAR_SCREEN = "\u{1b}[H\u{1b}[J";

/** Draws one text over the other on a terminal; elsewhere, one below the other with a blank line between. */
class Screen implements View {
  #drawn = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly version: string,
  ) {}

  show(status: StatusDocument): void {
    const { answerStyle: style } = this.terminal;
    const table = formatStatus(status, { now: this.terminal.now(), width: this.terminal.size()?.columns, style });
    const skews = skewsOf(status.interfaces, this.version).map((report) => paintReport(report, style, "warning"));
    this.#draw([table === "" ? "no interface is up" : table, ...skews].join("\n\n"));
  }

  fail(errors: readonly OperatorError[]): void {
    this.#draw(errors.map((error) => paintReport(error.report(), this.terminal.answerStyle)).join("\n"));
  }

  end(): void {
    if (this.#drawn && this.terminal.size() !== undefined) this.terminal.write(SHOW_CURSOR);
  }

  #draw(text: string): void {
    const size = this.terminal.size();
    if (size === undefined) {
      this.terminal.answer(this.#drawn ? `\n${text}` : text);
    } else {
      const start = this.#drawn ? "" : HIDE_CURSOR;
      this.terminal.write(`${start}${CLEAR_SCREEN}${fittingLines(text, size).join("\n")}\n`);
    }
    this.#drawn = true;
  }
}

/** What does not fit would scroll, and leave a trail. */
function fittingLines(text: string, { columns, rows }: { readonly columns: number; readonly rows: number }): string[] {
  let used = 1;
  return text.split("\n").filter((line) => {
    used += Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / columns));
    return used <= rows;
  });
}
