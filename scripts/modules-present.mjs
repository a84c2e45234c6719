/**
 * Exits 0 when node_modules holds what package-lock.json names, 1 otherwise. Times of files say nothing here: a checkout touches the
 * one, an unpacked archive the other.
 */
import { readFileSync } from "node:fs";

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }>} Packages */

/**
 * @param {string} path
 * @returns {Packages}
 */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return {};
  }
}

const wanted = packagesOf("package-lock.json");
const present = packagesOf("node_modules/.package-lock.json");
const missing = Object.entries(wanted).filter(([path, { version, integrity, optional }]) => {
  // The root is not installed, and npm leaves out what is optional and made for other machines.
  if (path === "" || optional) return false;
  const found = present[path];
  return found?.version !== version || found?.integrity !== integrity;
});
process.exit(missing.length === 0 ? 0 : 1);
