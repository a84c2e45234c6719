import { posix } from "node:path";

/**
 * The interface that a file configures: its base name without a final `.conf`.
 *
 * @returns any text; {@link parseConfig} judges whether the kernel would take it
 */
export function interfaceNameOf(path: string): string {
  return posix.basename(path, ".conf");
}

/** A path written in a config file, which is relative to that file's directory. */
export function pathFromConfig(configPath: string, written: string): string {
  return posix.isAbsolute(written) ? written : posix.join(posix.dirname(configPath), written);
}
