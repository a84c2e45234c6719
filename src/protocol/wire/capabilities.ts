import type { DropReason } from "./drop-reason.js";
import { KIND, type Kind } from "./kinds.js";

/** A set of capability bits: a u32. @see docs/protocol.md §3 */
export type Capabilities = number;

export const CAPABILITY = { l3: 1 << 0, l2: 1 << 1, partialChecksum: 1 << 2, probe: 1 << 3, control: 1 << 4 } as const;

const MANDATORY = CAPABILITY.probe | CAPABILITY.control;
const KNOWN = CAPABILITY.l3 | CAPABILITY.l2 | CAPABILITY.partialChecksum | MANDATORY;

/**
 * What both sides set, unknown bits left out.
 *
 * @returns a drop when a mandatory bit is missing, or when there is neither L3 nor L2 in common
 */
export function commonCapabilities(local: Capabilities, remote: Capabilities): Capabilities | DropReason {
  const common = local & remote & KNOWN;
  const complete = (common & MANDATORY) === MANDATORY && (common & (CAPABILITY.l3 | CAPABILITY.l2)) !== 0;
  return complete ? common : "capabilities";
}

/** Whether DATA of that kind may pass under the common capabilities. */
export function allowsKind(common: Capabilities, kind: Kind): boolean {
  const needed = NEEDED[kind];
  return (common & needed) === needed;
}

const NEEDED: Record<Kind, Capabilities> = {
  [KIND.ip]: CAPABILITY.l3,
  [KIND.ipPartial]: CAPABILITY.l3 | CAPABILITY.partialChecksum,
  [KIND.ethernet]: CAPABILITY.l2,
  [KIND.ethernetPartial]: CAPABILITY.l2 | CAPABILITY.partialChecksum,
  [KIND.probe]: CAPABILITY.probe,
  [KIND.control]: CAPABILITY.control,
};
