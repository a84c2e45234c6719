/** Config and key files: found, judged and read once, through one descriptor. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isInterfaceName } from "../base/interface-name.js";
import { interfaceNameInvalid } from "../config/errors.js";
import { interfaceNameOf as baseNameOf } from "../config/file-name.js";
import { type Parsed, parseConfig } from "../config/parse.js";
import { referenceSuite } from "../crypto/reference.js";
import { CONFIG_DIRECTORY } from "./directories.js";
import { configNotFound, configReadableByOthers, configUnreadable } from "./errors.js";

/** Ten thousand peers with hooks and comments fit many times over. */
const MAX_BYTES = 16 << 20;
/** Permission bits of those who are neither owner nor group. */
const OTHERS = 0o007;
const GROUP = 0o070;
const ROOT_GROUP = 0;

export interface LoadedConfig {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly parsed: Parsed;
}

/** The file that `up`, `down` and `check` mean: a path, or the name of a file in /etc/tunvpn. */
export function configPath(target: string): string {
  const isName = !target.includes("/") && !target.endsWith(".conf") && !existsSync(target);
  return isName ? join(CONFIG_DIRECTORY, `${target}.conf`) : resolve(target);
}

/** @throws OperatorError when the file's base name is no interface name */
export function interfaceNameOf(target: string): string {
  const name = baseNameOf(configPath(target));
  if (!isInterfaceName(name)) throw interfaceNameInvalid({ name });
  return name;
}

/**
 * Reads and parses a config file and the key files that it names.
 *
 * @throws OperatorError CONFIG_NOT_FOUND, CONFIG_UNREADABLE, CONFIG_READABLE_BY_OTHERS, or for the file's name; what is wrong
 * inside is in `parsed.problems`
 */
export function loadConfig(target: string): LoadedConfig {
  const path = configPath(target);
  const name = interfaceNameOf(target);
  const text = readJudged(path, holdsSecret);
  const readSecret = (file: string) => readJudged(file, () => true);
  return { name, path, parsed: parseConfig(text, { name, path, suite: referenceSuite, readSecret }) };
}

/** Reads a file that others may not read when it holds a secret. */
function readJudged(path: string, secret: (text: string) => boolean): string {
  const descriptor = open(path);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > MAX_BYTES) throw configUnreadable({ path, errno: stat.isFile() ? "EFBIG" : "no regular file" });
    const text = readFileSync(descriptor, "utf8");
    const why = exposure(stat.mode, stat.gid);
    if (why && secret(text)) throw configReadableByOthers({ path, mode: (stat.mode & 0o777).toString(8).padStart(4, "0"), why });
    return text;
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw errno === "ENOENT" || errno === "ENOTDIR" ? configNotFound({ path }) : configUnreadable({ path, errno });
  }
}

/** @returns who beside its owner has access, or undefined */
function exposure(mode: number, group: number): string | undefined {
  if ((mode & OTHERS) !== 0) return "others have access to it";
  const trusted = group === ROOT_GROUP || group === process.getegid?.();
  return (mode & GROUP) !== 0 && !trusted ? `group ${group} has access to it` : undefined;
}

function holdsSecret(text: string): boolean {
  return /^\s*(?:PrivateKey|PresharedKey|NetworkKey)\s*=/im.test(text);
}
