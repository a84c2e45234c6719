import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../../", import.meta.url);

/**
 * @param folder from the top, such as `src`
 * @param ending `.ts`, or a pattern of endings
 * @returns paths from the top, sorted; none when there is no such folder
 */
export function filesIn(folder: string, ending: RegExp): string[] {
  let files: string[];
  try {
    files = readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return files
    .filter((file) => ending.test(file))
    .map((file) => `${folder}/${file}`)
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(fileURLToPath(new URL(path, ROOT)), "utf8");
}
