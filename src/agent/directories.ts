/** Where an agent keeps its files. */
import { chmodSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { directoryDenied } from "./errors.js";

/** Sockets, locks and logs of running agents. */
export function runtimeDirectory(): string {
  return resolve(process.env.TUNVPN_RUNTIME_DIR || "/run/tunvpn");
}

/** Undo journals, which outlive an agent. */
export function stateDirectory(): string {
  return resolve(process.env.TUNVPN_STATE_DIR || "/var/lib/tunvpn");
}

/** Config files that are called by their name. */
export const CONFIG_DIRECTORY = "/etc/tunvpn";

export function controlSocket(name: string): string {
  return join(runtimeDirectory(), `${name}.sock`);
}

export function runtimeLock(name: string): string {
  return join(runtimeDirectory(), `${name}.lock`);
}

/** One interface of that name may exist in each network namespace. */
export function stateLock(name: string, namespace: string): string {
  return join(stateDirectory(), `${name}@${namespace}.lock`);
}

/** The log of an agent in the background. */
export function logFile(name: string): string {
  return join(runtimeDirectory(), `${name}.log`);
}

/** Makes both directories, for this user alone, where they are missing. @throws OperatorError DIRECTORY_DENIED */
export function makeDirectories(): void {
  makeDirectory(runtimeDirectory(), "TUNVPN_RUNTIME_DIR");
  makeDirectory(stateDirectory(), "TUNVPN_STATE_DIR");
}

function makeDirectory(path: string, variable: string): void {
  try {
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700);
  } catch (error) {
    throw directoryDenied({ path, errno: (error as NodeJS.ErrnoException).code ?? "unknown", variable });
  }
}
