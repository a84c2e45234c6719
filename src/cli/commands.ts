import { nearest } from "../config/suggestion.js";
import type { Command } from "./command.js";
import { commandUnknown } from "./errors.js";
import type { CommandGroup } from "./help.js";

/** Every command under its name. A command line loads the one that it names, and so starts twice as fast. */
const LOADERS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["up", () => import("./up.js").then((file) => file.upCommand)],
  ["down", () => import("./down.js").then((file) => file.downCommand)],
  ["status", () => import("./status.js").then((file) => file.statusCommand)],
  ["show", () => import("./show.js").then((file) => file.showCommand)],
  ["logs", () => import("./logs.js").then((file) => file.logsCommand)],
  ["pair", () => import("./pair.js").then((file) => file.pairCommand)],
  ["check", () => import("./check.js").then((file) => file.checkCommand)],
  ["genkey", () => import("./genkey.js").then((file) => file.genkeyCommand)],
  ["pubkey", () => import("./pubkey.js").then((file) => file.pubkeyCommand)],
  ["genpsk", () => import("./genpsk.js").then((file) => file.genpskCommand)],
  ["version", () => import("./version.js").then((file) => file.versionCommand)],
]);

/** In the order of help. */
const GROUPS = [
  { title: "Tunnels", names: ["up", "down", "status", "show", "logs"] },
  { title: "Files and keys", names: ["pair", "check", "genkey", "pubkey", "genpsk"] },
  { title: "This program", names: ["version"] },
];

export const COMMAND_NAMES: readonly string[] = [...LOADERS.keys()];

/** @throws OperatorError COMMAND_UNKNOWN */
export async function loadCommand(name: string): Promise<Command> {
  const load = LOADERS.get(name);
  if (load === undefined) throw commandUnknown({ word: name, nearest: nearest(name, COMMAND_NAMES, (known) => known) });
  return load();
}

export function loadGroups(): Promise<CommandGroup[]> {
  return Promise.all(GROUPS.map(async ({ title, names }) => ({ title, commands: await Promise.all(names.map(loadCommand)) })));
}
