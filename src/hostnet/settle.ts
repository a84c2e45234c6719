import type { BatchFailure, Host } from "./host.js";
import { type Resource, seenResources } from "./kinds.js";
import type { Seen } from "./resource.js";
import { type Step, stepCommands, stepKey, stepsTowards, type Target } from "./step.js";

/**
 * How often a target is compared with what is there and worked towards. A change may take other things along (with an IPv4 address go the
 * later ones of its network, with the last one all IPv4 routes): the second round makes up for that, the third finds nothing to do.
 */
export const ROUNDS = 3;

/** What could not be had, and what was refused on the way. */
export interface Settled {
  readonly left: readonly Step[];
  readonly failures: readonly BatchFailure[];
}

/** Adds to a target what others have put on the interface, so that it is made again when a change takes it along. */
export function withBystanders(target: Target, seen: ReadonlyMap<string, Seen<Resource>>): Target {
  const bystanders = [...seen].filter(([key, one]) => one.restorable && !target.has(key));
  return new Map([...target, ...bystanders.map(([key, one]): [string, Resource] => [key, one.resource])]);
}

/**
 * Gets as near to a target as the kernel allows: one refusal keeps nothing else from being done.
 *
 * @param wanted keys whose failure matters, as opposed to bystanders'
 * @throws OperatorError when the host cannot be observed, or `ip` cannot be run
 */
export async function settle(host: Host, device: string, target: Target, wanted: ReadonlySet<string>): Promise<Settled> {
  let failures: readonly BatchFailure[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const steps = await stepsLeft(host, device, target);
    if (steps.length === 0) return { left: [], failures: [] };
    failures = await host.run(steps.flatMap(stepCommands), "continue");
  }
  const left = (await stepsLeft(host, device, target)).filter((step) => wanted.has(stepKey(step)));
  return { left, failures };
}

async function stepsLeft(host: Host, device: string, target: Target): Promise<Step[]> {
  return stepsTowards(target, seenResources(await host.observe(device), device));
}
