import { readFileSync } from "node:fs";
import { invariant } from "../base/invariant.js";
import type { Whereabouts } from "../hostnet/undo.js";
import { errnoName } from "../shim/errno.js";
import type { Shim } from "../shim/library.js";

/** The boot and the network namespace that this process runs in. */
export function whereabouts(shim: Shim): Whereabouts {
  const cookie = shim.netnsCookie();
  invariant(cookie >= 0, `tv_netns_cookie: ${errnoName(cookie)}`);
  return { bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), netns: String(cookie) };
}
