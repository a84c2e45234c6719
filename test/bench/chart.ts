import type { BenchDocument, MeasureEntry, ResultEntry } from "./document.js";
import { formatRatio, formatValue } from "./format.js";
import { REFERENCE } from "./targets.js";

/** What is drawn: throughput, more of which is better. */
const DRAWN: readonly string[] = ["tcp", "tcp4", "bidir", "udp64", "udp1300"];

/** Its bars would leave the others no room. */
const BARE = "veth";

/** In units of the drawing. */
const WIDTH = 860;
const NAMES = 130;
const FIGURES = 190;
const BAR = 14;
const ROW = 20;
const HEAD = 86;
const GROUP_HEAD = 34;
const FOOT = 30;

/** Both are legible on white and on black, for a viewer that does not tell which it has. */
const STYLE = `
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #57606a; }
.title { font-size: 18px; font-weight: 600; fill: #24292f; }
.group { font-weight: 600; fill: #24292f; }
.other { fill: #9aa4af; }
.reference { fill: #6e7781; }
.no-cipher { fill: #8fb8ee; }
.tunvpn { fill: #1f6feb; }
.one { stroke: #6e7781; stroke-dasharray: 3 3; }
.range { stroke: #24292f; stroke-opacity: 0.55; }
@media (prefers-color-scheme: dark) {
text { fill: #9da7b3; }
.title, .group { fill: #e6edf3; }
.other { fill: #59636e; }
.reference { fill: #848d97; }
.no-cipher { fill: #2d4a73; }
.tunvpn { fill: #4493f8; }
.range { stroke: #e6edf3; }
}
`.trim();

/**
 * Throughput in proportion to wireguard-go's, as an image of its own: no script, no font and no picture from elsewhere.
 *
 * @returns undefined when there is nothing to draw, or nothing to compare it with
 */
export function drawChart(document: BenchDocument): string | undefined {
  const groups = document.measures.filter(({ id, results }) => DRAWN.includes(id) && results.some(({ ratio }) => ratio !== null));
  if (groups.length === 0) return undefined;
  const scale = (WIDTH - NAMES - FIGURES) / Math.max(...groups.flatMap((group) => bars(group).map((bar) => rangeOf(bar).most)));
  const parts: string[] = [];
  let top = HEAD;
  for (const group of groups) {
    parts.push(...drawGroup(group, top, scale));
    top += GROUP_HEAD + bars(group).length * ROW;
  }
  const height = top + FOOT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeXml(summary(groups))}">`,
    `<style>${STYLE}</style>`,
    text(16, 32, `Throughput beside ${REFERENCE}`, "title"),
    text(16, 54, `${document.machine.processor}, ${document.machine.cores} cores, Linux ${document.machine.kernel}, ${document.date}`),
    text(
      16,
      74,
      `Medians of ${document.settings.rounds} runs in turns between two namespaces, MTU ${document.settings.mtu}; thin lines: least to most`,
    ),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function bars({ results }: MeasureEntry): ResultEntry[] {
  return results.filter(({ contender, ratio }) => contender !== BARE && ratio !== null);
}

function drawGroup(group: MeasureEntry, top: number, scale: number): string[] {
  const bare = group.results.find(({ contender }) => contender === BARE)?.ratio;
  const heading = bare == null ? group.title : `${group.title} (bare ${BARE} ${formatRatio(bare)})`;
  const first = top + GROUP_HEAD;
  const one = round(NAMES + scale);
  const rows = bars(group).flatMap((bar, number) => drawBar(bar, group.unit, first + number * ROW, scale));
  const last = first + bars(group).length * ROW;
  return [
    text(16, top + 24, heading, "group"),
    ...rows,
    `<line class="one" x1="${one}" y1="${first}" x2="${one}" y2="${last - ROW + BAR}"/>`,
  ];
}

function drawBar(bar: ResultEntry, unit: string, top: number, scale: number): string[] {
  const { least, most } = rangeOf(bar);
  const [middle, base] = [round(top + BAR / 2), top + BAR - 3];
  const end = (ratio: number) => round(NAMES + ratio * scale);
  const ratio = bar.ratio ?? 0;
  const line = least < most ? [`<line class="range" x1="${end(least)}" y1="${middle}" x2="${end(most)}" y2="${middle}"/>`] : [];
  return [
    `<text x="${NAMES - 8}" y="${base}" text-anchor="end">${escapeXml(bar.contender)}</text>`,
    `<rect class="${classOf(bar.contender)}" x="${NAMES}" y="${top}" width="${round(ratio * scale)}" height="${BAR}" rx="2"/>`,
    ...line,
    // Not across the line that marks the reference.
    text(Math.max(end(most), end(1)) + 8, base, `${formatRatio(ratio)} · ${formatValue(bar.median)} ${unit}`),
  ];
}

/** In proportion to the reference, as its bar is. */
function rangeOf({ median, min, max, ratio }: ResultEntry): { readonly least: number; readonly most: number } {
  const one = median / (ratio ?? 1);
  return { least: min / one, most: max / one };
}

function classOf(contender: string): string {
  if (contender === REFERENCE) return "reference";
  return contender === "tunvpn" || contender === "no-cipher" ? contender : "other";
}

/** For who cannot see it. */
function summary(groups: readonly MeasureEntry[]): string {
  const told = groups.flatMap(({ title, results }) => {
    const ratio = results.find(({ contender }) => contender === "tunvpn")?.ratio;
    return ratio == null ? [] : [`${title} ${formatRatio(ratio)}`];
  });
  return `Throughput of tunvpn beside ${REFERENCE}: ${told.join(", ")}`;
}

function text(x: number, y: number, words: string, name?: string): string {
  return `<text x="${x}" y="${y}"${name === undefined ? "" : ` class="${name}"`}>${escapeXml(words)}</text>`;
}

function escapeXml(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
