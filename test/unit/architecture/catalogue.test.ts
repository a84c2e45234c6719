import { describe, expect, it } from "vitest";
import { filesIn, textOf } from "./source-files.js";

const sources = filesIn("src", /[.]ts$/);
const catalogues = sources.filter((path) => path.endsWith("/errors.ts"));

/** Every code of every catalogue. */
async function codes(): Promise<string[]> {
  const modules: Record<string, unknown>[] = await Promise.all(catalogues.map((path) => import(/* @vite-ignore */ `../../../${path}`)));
  return modules.flatMap((module) =>
    Object.values(module).flatMap((entry) => (typeof entry === "function" && "code" in entry ? String(entry.code) : [])),
  );
}

describe("the catalogue of errors", () => {
  it("gives each code once, in upper snake case", async () => {
    const all = await codes();
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((code, at) => all.indexOf(code) !== at)).toEqual([]);
    expect(all.filter((code) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(code))).toEqual([]);
  });

  it("is one file a room, and nothing defines an error elsewhere", () => {
    expect(catalogues.filter((path) => path.split("/").length !== 3)).toEqual([]);
    const elsewhere = sources.filter((path) => !catalogues.includes(path) && /\boperatorError\s*[<(]/.test(textOf(path)));
    expect(elsewhere).toEqual([]);
  });
});
