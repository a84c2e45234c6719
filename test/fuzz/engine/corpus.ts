import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The inputs in some folders, shortest first, each once. */
export function readInputs(folders: readonly string[]): Uint8Array[] {
  const inputs = new Map<string, Uint8Array>();
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) {
      if (!file.startsWith(".")) inputs.set(file, new Uint8Array(readFileSync(join(folder, file))));
    }
  }
  return [...inputs.values()].sort((a, b) => a.length - b.length);
}

/** @returns the file's name: that of its contents, as libFuzzer names its own */
export function writeInput(folder: string, input: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const name = nameOf(input);
  writeFileSync(join(folder, name), input);
  return name;
}

export function nameOf(input: Uint8Array): string {
  return createHash("sha1").update(input).digest("hex");
}
