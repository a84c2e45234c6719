/**
 * Writes test/vectors/*.json with the reference suite:
 *
 *   node --input-type=module -e 'await (await import("vite")).runnerImport("./scripts/make-vectors.ts")'
 *
 * Run it when the wire changes, never to make a test pass. What is computed here is written down from docs/protocol.md, in a
 * straight line, and shares nothing with src/protocol: the two agree, or one of them is wrong.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { vectorFiles } from "./vectors/files.js";

const folder = fileURLToPath(new URL("../test/vectors/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, content] of vectorFiles()) writeFileSync(folder + name, content);
