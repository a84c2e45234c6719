/** A door for the CLI: talking to running agents over their control sockets. */
import { readdirSync } from "node:fs";
import { request } from "node:http";
import type { OperatorError } from "../base/errors.js";
import type { InterfaceStatus, StatusDocument } from "../observe/status.js";
import { controlSocket, runtimeDirectory } from "./directories.js";
import { agentUnresponsive, notRunning as notRunningError } from "./errors.js";
import { type FailureReport, reportedError } from "./launch-report.js";
import { runtimeDirectoryElsewhere } from "./locks.js";

export { runtimeDirectory } from "./directories.js";
export { VERSION } from "./version.js";

const STATUS_TIMEOUT = 5_000;
const DOWN_TIMEOUT = 30_000;

/** Names of the agents that run in the runtime directory, sorted. */
export async function agentNames(): Promise<string[]> {
  return (await readStatus()).interfaces.map(({ name }) => name);
}

/**
 * @param name all agents of the runtime directory when left out
 * @throws OperatorError NOT_RUNNING for a named one without an agent, AGENT_UNRESPONSIVE
 */
export async function readStatus(name?: string): Promise<StatusDocument> {
  const names = name === undefined ? socketNames() : [name];
  const read = await Promise.all(names.map((one) => ask<InterfaceStatus>(one, "GET", "/v1/status", STATUS_TIMEOUT)));
  const interfaces = read.filter((status) => status !== undefined);
  if (name !== undefined && interfaces.length === 0) throw notRunning(name);
  return { version: 1, interfaces };
}

/**
 * Takes an interface down.
 *
 * @returns false when no agent of that name runs here
 * @throws OperatorError, OperatorErrors: what could not be undone
 */
export async function stopAgent(name: string): Promise<boolean> {
  return (await ask(name, "POST", "/v1/down", DOWN_TIMEOUT)) !== undefined;
}

/** Has an agent call its peers. @returns the names of those connected; empty when none answered in time */
export async function connectPeers(name: string, milliseconds: number): Promise<string[]> {
  const path = `/v1/connect?milliseconds=${milliseconds}`;
  return (await ask<{ connected: string[] }>(name, "POST", path, milliseconds + STATUS_TIMEOUT))?.connected ?? [];
}

/** NOT_RUNNING, with the runtime directory that was looked in, and the one where an agent runs if there is another. */
export function notRunning(name: string): OperatorError {
  return notRunningError({ name, runtimeDirectory: runtimeDirectory(), elsewhere: runtimeDirectoryElsewhere(name) });
}

function socketNames(): string[] {
  try {
    return readdirSync(runtimeDirectory())
      .filter((file) => file.endsWith(".sock"))
      .map((file) => file.slice(0, -".sock".length))
      .sort();
  } catch {
    return [];
  }
}

/** @returns undefined when no agent listens: there is no socket, or its owner is dead */
function ask<Answer>(name: string, method: string, path: string, timeout: number): Promise<Answer | undefined> {
  const socketPath = controlSocket(name);
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, timeout }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(JSON.parse(body) as Answer);
        else if (response.statusCode === 500) reject(reportedError(JSON.parse(body) as FailureReport));
        else reject(agentUnresponsive({ name, socket: socketPath, reason: `HTTP ${response.statusCode}` }));
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(undefined);
      else reject(agentUnresponsive({ name, socket: socketPath, reason: error.code ?? error.message }));
    });
    outgoing.end();
  });
}
