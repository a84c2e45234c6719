/** One agent a name: in a runtime directory, and in a network namespace. */
import { closeSync, fstatSync, ftruncateSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errnoName, isErrno } from "../shim/errno.js";
import type { Shim } from "../shim/library.js";
import { runtimeDirectory, runtimeLock, stateDirectory, stateLock } from "./directories.js";
import { agentElsewhere, alreadyUp, directoryDenied } from "./errors.js";

/** Written into a lock by its holder. */
interface Holder {
  readonly pid: number;
  readonly runtimeDirectory: string;
}

/** The locks of a running agent. The kernel gives them up when the process ends, however it ends. */
export class AgentLocks {
  private constructor(private readonly held: readonly { path: string; descriptor: number }[]) {}

  /**
   * @param namespace the network namespace's cookie
   * @throws OperatorError ALREADY_UP, AGENT_ELSEWHERE, DIRECTORY_DENIED
   */
  static take(shim: Shim, name: string, namespace: string): AgentLocks {
    const inRuntime = take(shim, runtimeLock(name), "TUNVPN_RUNTIME_DIR");
    if (inRuntime === undefined) throw alreadyUp({ name, pid: readHolder(runtimeLock(name))?.pid });
    const path = stateLock(name, namespace);
    const inState = take(shim, path, "TUNVPN_STATE_DIR");
    if (inState === undefined) {
      new AgentLocks([inRuntime]).release();
      const holder = readHolder(path);
      throw holder ? agentElsewhere({ name, ...holder }) : alreadyUp({ name, pid: undefined });
    }
    return new AgentLocks([inRuntime, inState]);
  }

  release(): void {
    for (const { path, descriptor } of this.held) {
      rmSync(path, { force: true });
      closeSync(descriptor);
    }
  }
}

/** The runtime directory of a running agent of that name which is not the one looked in. */
export function runtimeDirectoryElsewhere(name: string): string | undefined {
  let files: string[];
  try {
    files = readdirSync(stateDirectory());
  } catch {
    return undefined;
  }
  return files
    .filter((file) => file.startsWith(`${name}@`) && file.endsWith(".lock"))
    .map((file) => readHolder(join(stateDirectory(), file)))
    .find((holder) => holder && holder.runtimeDirectory !== runtimeDirectory() && isAlive(holder.pid))?.runtimeDirectory;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** @returns undefined when another process holds it */
function take(shim: Shim, path: string, variable: string): { path: string; descriptor: number } | undefined {
  for (;;) {
    const descriptor = shim.lock(path);
    if (isErrno(descriptor, "EWOULDBLOCK")) return undefined;
    if (descriptor < 0) throw directoryDenied({ path, errno: errnoName(descriptor), variable });
    if (fstatSync(descriptor).nlink === 0) {
      // Its last holder removed it between our opening and locking it.
      closeSync(descriptor);
      continue;
    }
    ftruncateSync(descriptor);
    writeSync(descriptor, JSON.stringify({ pid: process.pid, runtimeDirectory: runtimeDirectory() } satisfies Holder), 0);
    return { path, descriptor };
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const { pid, runtimeDirectory: directory } = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && typeof directory === "string" ? { pid, runtimeDirectory: directory } : undefined;
  } catch {
    return undefined;
  }
}
