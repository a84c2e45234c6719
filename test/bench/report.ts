import type { Style } from "../../src/observe/style.js";
import { type Cell, type Column, formatTable } from "../../src/observe/text-table.js";
import type { BenchDocument, MeasureEntry, ResultEntry } from "./document.js";
import { formatRatio, formatValue } from "./format.js";
import { measure } from "./measures.js";
import { REFERENCE, type Verdict } from "./targets.js";

/** The document for people, in lines. */
export function reportLines(document: BenchDocument, style: Style): string[] {
  return [
    ...factLines(document),
    "",
    ...formatTable(figureColumns(document, style), style),
    "",
    `Medians; under them the least and the most of the runs, and how many times ${REFERENCE}.`,
    ...document.measures.flatMap(({ title, note }) => (note === undefined ? [] : [`${title}: ${note}`])),
    ...(document.targets.length > 0 ? ["", ...formatTable(targetColumns(document.targets, style), style)] : []),
    ...absences(document),
  ];
}

function factLines({ date, kind, machine, settings, tunvpn, contenders }: BenchDocument): string[] {
  const program = tunvpn
    ? [
        `tunvpn: box ${tunvpn.box}, ${tunvpn.offloads.join(" ") || "no offloads"}, ${tunvpn.queues === 1 ? "1 queue" : `${tunvpn.queues} queues`}`,
      ]
    : [];
  return [
    `${date}, ${kind}: ${settings.rounds} rounds in turns, ${settings.seconds} s a stream, MTU ${settings.mtu}, two namespaces over veth`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB`,
    `Linux ${machine.kernel}, TCP ${machine.congestionControl}, Node ${machine.node}, load ${machine.load.toFixed(2)} at the start`,
    ...program,
    contenders.map(({ name, version }) => `${name} ${version}`).join(", "),
  ];
}

/** Each measure takes three rows: medians, ranges, ratios; one that would be empty is left out. */
function figureColumns({ contenders, measures }: BenchDocument, style: Style): Column[] {
  const rows = measures.flatMap((entry) => kindsOfRow(entry).map((kind, first) => ({ entry, kind, first: first === 0 })));
  const head = (read: (entry: MeasureEntry) => string) => rows.map(({ entry, first }) => ({ text: first ? read(entry) : "" }));
  const cell = (entry: MeasureEntry, kind: RowKind, contender: string): Cell => {
    const result = entry.results.find((found) => found.contender === contender);
    return result ? cellOf(kind, result, style) : { text: "" };
  };
  return [
    { heading: "", align: "left", cells: head(({ title }) => title) },
    { heading: "", align: "left", cells: head(({ unit }) => unit) },
    ...contenders.map(
      ({ name }): Column => ({ heading: name, align: "right", cells: rows.map(({ entry, kind }) => cell(entry, kind, name)) }),
    ),
  ];
}

type RowKind = "median" | "range" | "ratio";

function kindsOfRow({ results }: MeasureEntry): RowKind[] {
  return [
    "median",
    ...(results.some(({ samples }) => samples.length > 1) ? (["range"] as const) : []),
    ...(results.some(({ ratio }) => ratio !== null) ? (["ratio"] as const) : []),
  ];
}

function cellOf(kind: RowKind, { median, min, max, ratio }: ResultEntry, style: Style): Cell {
  if (kind === "median") return { text: formatValue(median), paint: style.strong };
  if (kind === "range") return { text: `${formatValue(min)}–${formatValue(max)}`, paint: style.faint };
  return { text: ratio === null ? "" : formatRatio(ratio) };
}

function targetColumns(targets: readonly Verdict[], style: Style): Column[] {
  const figure = ({ by, measure: id }: Verdict, value: number) =>
    by === null ? `${formatValue(value)} ${measure(id).unit}` : formatRatio(value);
  return [
    {
      heading: "wanted",
      align: "left",
      cells: targets.map(({ contender, measure: id }) => ({ text: `${contender}: ${measure(id).title}` })),
    },
    { heading: "beside", align: "left", cells: targets.map(({ by }) => ({ text: by ?? "" })) },
    { heading: "found", align: "right", cells: targets.map((target) => ({ text: figure(target, target.value) })) },
    { heading: "limit", align: "right", cells: targets.map((target) => ({ text: `${target.wanted} ${figure(target, target.limit)}` })) },
    {
      heading: "",
      align: "left",
      cells: targets.map(({ met }) => (met ? { text: "met", paint: style.good } : { text: "missed", paint: style.bad })),
    },
  ];
}

function absences({ missing, failures }: BenchDocument): string[] {
  const lines = [
    ...missing.map(({ name, reason }) => `missing: ${name}, ${reason}`),
    ...failures.map(({ contender, run, round, reason }) => `failed: ${contender}, ${run}, round ${round}: ${reason.split("\n")[0]}`),
  ];
  return lines.length > 0 ? ["", ...lines] : [];
}
