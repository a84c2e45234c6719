/** Config and key files: found, judged and read once, through one descriptor. */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { type Parsed, parseConfig } from "../config/parse.js";
import type { CryptoSuite } from "../crypto/suite.js";
import { configPath, interfaceNameOf } from "./config-path.js";
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

/**
 * Reads and parses a config file and the key files that it names.
 *
 * @throws OperatorError CONFIG_NOT_FOUND, CONFIG_UNREADABLE, CONFIG_READABLE_BY_OTHERS, or for the file's name; what is wrong
 * inside is in `parsed.problems`
 */
export function loadConfig(target: string, suite: CryptoSuite): LoadedConfig {
  const path = configPath(target);
  const name = interfaceNameOf(target);
  const text = readJudged(path, holdsSecret);
  const readSecret = (file: string) => readJudged(file, () => true);
  return { name, path, parsed: parseConfig(text, { name, path, suite, readSecret }) };
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
