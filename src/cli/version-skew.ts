import type { ErrorReport } from "../base/errors.js";
import type { InterfaceStatus } from "../observe/status.js";
import { versionSkew } from "./errors.js";
import { reportWarning } from "./failure.js";
import type { Terminal } from "./terminal.js";

/** A warning for each agent that is older or newer than this command. */
export function skewsOf(interfaces: readonly InterfaceStatus[], version: string): ErrorReport[] {
  return interfaces
    .filter(({ agentVersion }) => agentVersion !== version)
    .map(({ name, agentVersion }) => {
      const restart = `tunvpn down ${name} && tunvpn up ${name}`;
      return versionSkew({ name, agentVersion, version, restart }).report();
    });
}

export function warnOfSkew(interfaces: readonly InterfaceStatus[], version: string, terminal: Terminal): void {
  for (const skew of skewsOf(interfaces, version)) reportWarning(skew, terminal);
}
