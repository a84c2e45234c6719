import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./command.js";

const SOURCE = "int initgroups(const char *user, unsigned group) { (void)user; (void)group; return 0; }\n";

/**
 * tcpdump sets its groups anew even when it is told to stay root, which the kernel refuses in a user namespace that was made without
 * root. There it keeps those it has.
 *
 * @param directory to keep what that takes
 * @returns variables for its environment
 */
export async function keptGroups(directory: string): Promise<Record<string, string>> {
  if ((await readFile("/proc/self/setgroups", "utf8")).trim() !== "deny") return {};
  const [source, library] = [join(directory, "kept-groups.c"), join(directory, "kept-groups.so")];
  await writeFile(source, SOURCE);
  await must(["cc", "-shared", "-fPIC", "-o", library, source]);
  return { LD_PRELOAD: library };
}
