import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BARE_ENVIRONMENT, must, run } from "../../kernel/lab/command.js";

/** Where scripts/bench-peers.sh unpacks. */
const PEERS = fileURLToPath(new URL("../../../node_modules/.cache/tunvpn/peers", import.meta.url));

/** How to start a program. */
export interface Program {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Looks among the unpacked peers, then where every program is looked for. */
export function findProgram(name: string): Program | undefined {
  for (const folder of ["usr/sbin", "usr/bin"].map((part) => join(PEERS, part))) {
    const path = join(folder, name);
    if (existsSync(path)) return { path, env: { LD_LIBRARY_PATH: libraryFolders() } };
  }
  for (const folder of BARE_ENVIRONMENT.PATH?.split(":") ?? []) {
    const path = join(folder, name);
    if (existsSync(path)) return { path, env: {} };
  }
  return undefined;
}

/** @throws when there is none, which whoever asked for its version knows */
export function requireProgram(name: string): Program {
  const program = findProgram(name);
  if (!program) throw new Error(`there is no ${name}`);
  return program;
}

/** Runs a program to its end. @returns what it wrote to standard output */
export function mustRun(name: string, ...words: readonly string[]): Promise<string> {
  const { path, env } = requireProgram(name);
  return must([path, ...words], { env });
}

/** As Debian counts versions: some programs tell one that is not their own. */
export async function packagedVersion(
  name: string,
  packageName = name,
): Promise<{ readonly version: string } | { readonly missing: string }> {
  const program = findProgram(name);
  if (!program) return { missing: "not installed: bash scripts/bench-peers.sh" };
  if (program.path.startsWith(PEERS)) {
    const [, version] = new RegExp(`^${packageName} (\\S+)$`, "m").exec(readFileSync(join(PEERS, "versions"), "utf8")) ?? [];
    return { version: version ?? "unknown" };
  }
  const { stdout } = await run(["dpkg-query", "-s", packageName]);
  return { version: /^Version: (.+)$/m.exec(stdout)?.[1] ?? "unknown" };
}

/** Debian has a folder of libraries for each architecture. */
function libraryFolders(): string {
  const folders = ["lib", "usr/lib"].map((part) => join(PEERS, part)).filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))).join(delimiter);
}
