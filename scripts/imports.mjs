/**
 * Checks the import rules of .dependency-cruiser.mjs on src/, and that every file of src/ was read: a checker that cannot parse
 * TypeScript reports no violation either.
 */
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import rules from "../.dependency-cruiser.mjs";

/**
 * @typedef {object} Violation
 * @property {string} rule its name in .dependency-cruiser.mjs, or "unread"
 * @property {string} text the import that breaks it
 */

/**
 * @param {string} root the folder that holds src/
 * @param {import("dependency-cruiser").ICruiseOptions} [options] beside those of the rules
 * @returns {Promise<Violation[]>} what breaks a rule
 */
export async function importViolations(root, options = {}) {
  const { output } = await cruise(["src"], {
    ...rules.options,
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: rules.forbidden ?? [] },
  });
  if (typeof output === "string") throw new Error(`dependency-cruiser answered with text: ${output}`);
  const read = new Set(output.modules.filter((module) => !module.couldNotResolve).map((module) => module.source));
  const unread = sources(root).filter((file) => !read.has(file));
  return [
    ...output.summary.violations.map((found) => ({ rule: found.rule.name, text: path(found) })),
    ...unread.map((file) => ({ rule: "unread", text: `${file} was not read by dependency-cruiser` })),
  ];
}

/** @param {import("dependency-cruiser").IViolation} found */
function path({ from, to, cycle }) {
  return [from, ...(cycle?.map((step) => step.name) ?? [to])].join(" → ");
}

/** @param {string} root */
function sources(root) {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).map((file) => ["src", ...file.split(sep)].join("/"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = await importViolations(process.cwd());
  const comments = new Map(rules.forbidden?.map((rule) => [rule.name, rule.comment]));
  for (const { rule, text } of violations) console.error(`${rule}: ${text}\n  ${comments.get(rule) ?? "every file of src is checked"}`);
  if (violations.length > 0) process.exit(1);
}
