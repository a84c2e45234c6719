/** What went over the wire, as a sequence diagram that Mermaid draws. */
import type { BootMillis } from "../../src/base/time.js";
import { textOf } from "./places.js";
import type { Fate, Transit } from "./transit.js";

/** Something that happened to a site beside the wire: a restart, a move. */
export interface Remark {
  readonly at: BootMillis;
  readonly site: string;
  readonly text: string;
}

const ARROWS: Record<Fate, string> = { arrived: "->>", "on its way": "-)", lost: "-x", "too big": "-x", refused: "-x", nobody: "-x" };
const SHOWN_AT_ONCE = new Set<Fate>(["arrived", "lost"]);

/**
 * @param transits in the order of time, as are the remarks
 * @param names of endpoints, by their text
 * @param lines how many of the last events are shown
 */
export function sequenceDiagram(
  transits: readonly Transit[],
  remarks: readonly Remark[],
  names: ReadonlyMap<string, string>,
  lines: number,
): string {
  const participants = new Map<string, string>();
  const participant = (name: string) => {
    const known = participants.get(name) ?? `p${participants.size + 1}`;
    participants.set(name, known);
    return known;
  };
  const shown = transits.slice(-lines);
  const rows = [
    ...shown.map((transit) => ({ at: transit.at, text: arrow(transit, names, participant) })),
    ...remarks
      .filter(({ at }) => at >= (shown[0]?.at ?? 0))
      .map(({ at, site, text }) => ({ at, text: `Note over ${participant(site)}: ${seconds(at)} ${text}` })),
  ].sort((one, other) => one.at - other.at);
  const declared = [...participants].map(([name, short]) => `participant ${short} as ${name}`);
  return ["sequenceDiagram", ...[...declared, ...rows.slice(-lines).map(({ text }) => text)].map((row) => `  ${row}`)].join("\n");
}

function arrow(transit: Transit, names: ReadonlyMap<string, string>, participant: (name: string) => string): string {
  const { at, from, to, label, bytes, genuine, fate } = transit;
  const named = (text: string) => participant(names.get(text) ?? text);
  const index =
    bytes.length >= 8 ? ` ${new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true).toString(16).padStart(8, "0")}` : "";
  const more = `${genuine ? "" : ", forged"}${SHOWN_AT_ONCE.has(fate) ? "" : `, ${fate}`}`;
  return `${named(textOf(from))}${ARROWS[fate]}${named(textOf(to))}: ${seconds(at)} ${label}${index}, ${bytes.length} B${more}`;
}

function seconds(at: BootMillis): string {
  return (at / 1000).toFixed(4);
}
