/** A door for the CLI: what can be done without an agent. What takes many modules is loaded when it is asked for. */
import type { LoadedConfig } from "./config-file.js";
import type { Undone } from "./leftovers.js";

export { notRunning } from "./client.js";
export { configPath, interfaceNameOf } from "./config-path.js";
export { logFile } from "./directories.js";

/** Reads a config file, for looking at it. @throws OperatorError as the agent's own reading of it does */
export async function loadConfig(target: string): Promise<LoadedConfig> {
  const [file, { referenceSuite }] = await Promise.all([import("./config-file.js"), import("../crypto/reference.js")]);
  return file.loadConfig(target, referenceSuite);
}

/**
 * Undoes what an agent that died left on the host and in the runtime directory.
 *
 * @returns undefined when there was nothing
 * @throws OperatorError: an agent runs after all, or something cannot be undone
 */
export async function undoLeftovers(name: string): Promise<Undone | undefined> {
  const leftovers = await import("./leftovers.js");
  return leftovers.undoLeftovers(name);
}
