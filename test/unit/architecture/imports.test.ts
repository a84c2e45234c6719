import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import rules from "../../../.dependency-cruiser.mjs";
import { importViolations } from "../../../scripts/imports.mjs";

const FIXTURES = fileURLToPath(new URL("../../fixtures/architecture/", import.meta.url));
const names = (rules.forbidden ?? []).map((rule) => rule.name ?? "");

async function broken(fixture: string, options = {}): Promise<string[]> {
  return (await importViolations(join(FIXTURES, fixture), options)).map(({ rule }) => rule);
}

describe("the import rules", () => {
  it("have one fixture each", () => {
    expect(readdirSync(FIXTURES).sort()).toEqual([...names, "clean"].sort());
  });

  it.each(names)("%s can be broken", async (name) => {
    expect(await broken(name)).toEqual([name]);
  });

  it("allow what the table allows", async () => {
    expect(await broken("clean")).toEqual([]);
  });

  it("fail when a file of src was not read", async () => {
    expect(await broken("clean", { exclude: "offline" })).toContain("unread");
  });
});
