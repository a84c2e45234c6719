/** Longest name the kernel takes: IFNAMSIZ less the zero byte. */
export const INTERFACE_NAME_MAX = 15;

/** Names of an interface, and so of a config file: wg-quick's rule, less the two that mean a directory. */
export function isInterfaceName(name: string): boolean {
  return /^[a-zA-Z0-9_=+.-]{1,15}$/.test(name) && name !== "." && name !== "..";
}
