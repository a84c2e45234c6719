/** Which file, and which interface, a command line means. Apart from reading the file, which takes far more modules than `up` needs. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { isInterfaceName } from "../base/interface-name.js";
import { interfaceNameInvalid } from "../config/errors.js";
import { interfaceNameOf as baseNameOf } from "../config/file-name.js";
import { CONFIG_DIRECTORY } from "./directories.js";

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
