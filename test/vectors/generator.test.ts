import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { vectorFiles } from "../../scripts/vectors/files.js";

test.each([...vectorFiles()])("%s is what scripts/make-vectors.ts writes", (name, content) => {
  expect(readFileSync(new URL(name, import.meta.url), "utf8") === content).toBe(true);
});
