import { displayWidth } from "./display-width.js";
import type { Style } from "./style.js";

export interface Cell {
  readonly text: string;
  /** Colours the text, and never the space around it. */
  readonly paint?: (text: string) => string;
}

export interface Column {
  readonly heading: string;
  readonly align: "left" | "right";
  /** One a row. */
  readonly cells: readonly Cell[];
}

/** Space between two columns. */
const GAP = "  ";

/** Lines of a table, the headings first, without white space at their ends. */
export function formatTable(columns: readonly Column[], style: Style): string[] {
  const painted = columns.map((column) => paintColumn(column, style));
  const rows = Math.max(0, ...painted.map((cells) => cells.length));
  return Array.from({ length: rows }, (_, row) =>
    painted
      .map((cells) => cells[row] ?? "")
      .join(GAP)
      .trimEnd(),
  );
}

/** Of the longest line. */
export function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column), GAP.length * Math.max(0, columns.length - 1));
}

function paintColumn(column: Column, style: Style): string[] {
  const width = columnWidth(column);
  const cells = [{ text: column.heading, paint: style.strong }, ...column.cells];
  return cells.map(({ text, paint = (plain: string) => plain }) => {
    const space = " ".repeat(width - displayWidth(text));
    return column.align === "left" ? paint(text) + space : space + paint(text);
  });
}

function columnWidth(column: Column): number {
  return Math.max(displayWidth(column.heading), ...column.cells.map((cell) => displayWidth(cell.text)));
}
