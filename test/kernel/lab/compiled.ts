import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { must } from "./command.js";
import type { Lab } from "./lab.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror"];

/** Compiles a program of this folder. @param source such as `flood.c` @returns the program's path */
export async function compiled(lab: Lab, source: string): Promise<string> {
  const program = join(lab.directory, source.replace(/\.c$/, ""));
  await must(["cc", ...FLAGS, "-o", program, join(HERE, source)]);
  return program;
}

/** Compiles a library of this folder, for a program to preload. @param source such as `fake_clock.c` @returns the library's path */
export async function compiledLibrary(lab: Lab, source: string): Promise<string> {
  const library = join(lab.directory, source.replace(/\.c$/, ".so"));
  await must(["cc", ...FLAGS, "-shared", "-fPIC", "-o", library, join(HERE, source), "-ldl"]);
  return library;
}
