import { describe, expect, it } from "vitest";
import { COLOURED, PLAIN } from "../../../src/observe/style.js";
import { type Column, formatTable, tableWidth } from "../../../src/observe/text-table.js";

const COLUMNS: readonly Column[] = [
  { heading: "NAME", align: "left", cells: [{ text: "a" }, { text: "longer", paint: COLOURED.good }] },
  { heading: "RX", align: "right", cells: [{ text: "1 KiB" }, { text: "" }] },
];

describe("formatTable", () => {
  it("aligns columns, and ends no line with white space", () => {
    const plain = COLUMNS.map((column) => ({ ...column, cells: column.cells.map(({ text }) => ({ text })) }));
    expect(formatTable(plain, PLAIN)).toEqual(["NAME       RX", "a       1 KiB", "longer"]);
  });

  it("paints words, and not the space around them", () => {
    expect(formatTable(COLUMNS, COLOURED)).toEqual([
      `${COLOURED.strong("NAME")}       ${COLOURED.strong("RX")}`,
      "a       1 KiB",
      COLOURED.good("longer"),
    ]);
  });

  it("is nothing without columns", () => {
    expect(formatTable([], PLAIN)).toEqual([]);
  });
});

describe("tableWidth", () => {
  it("is that of the widest line", () => {
    expect(tableWidth(COLUMNS)).toBe("a       1 KiB".length);
    expect(tableWidth([])).toBe(0);
  });
});
