import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as catalogue from "../../../src/config/errors.js";

const CODES = Object.values(catalogue).map((entry) => entry.code);

describe("the catalogue", () => {
  it("has codes of their own, in upper snake case", () => {
    expect(new Set(CODES).size).toBe(CODES.length);
    for (const code of CODES) expect(code).toMatch(/^[A-Z0-9]+(_[A-Z0-9]+)*$/);
  });

  it("is documented, every code", () => {
    const page = readFileSync(new URL("../../../docs/config.md", import.meta.url), "utf8");
    for (const code of CODES) expect(page).toContain(`| \`${code}\` |`);
  });
});
