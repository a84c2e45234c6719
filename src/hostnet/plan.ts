import type { IpAddress } from "../base/address.js";
import type { OperatorError } from "../base/errors.js";
import { formatPrefix } from "../base/prefix.js";
import { conflictsOf } from "./conflicts.js";
import { type DesiredState, IPV6_MIN_MTU } from "./desired.js";
import { endpointConflicts } from "./endpoint-route.js";
import { keyOf, type Resource, seenResources } from "./kinds.js";
import { linkNamed, type ObservedState } from "./observed.js";
import { defaultMetric } from "./route.js";
import { formatStep, originals, type Step, stepsTowards, type Target } from "./step.js";

/** What the file says beside the desired state, as far as it bears on the host's routes. */
export interface PlanContext {
  /** Addresses of the peers' endpoints, as far as they are known. */
  readonly endpoints: readonly IpAddress[];
  /** The mark that the tunnel's own packets carry; 0: none. */
  readonly fwMark: number;
}

export interface Plan {
  /** In the order in which they are to be taken; empty when nothing is to be done. */
  readonly steps: readonly Step[];
  /** Empty, or the plan must not be carried out. */
  readonly conflicts: readonly OperatorError[];
}

/**
 * How the host gets from the state observed to the one desired.
 *
 * The interface need not exist yet: then everything on it is an addition.
 *
 * @param taken the steps taken for this interface before: what they made and is no longer desired, goes
 */
export function plan(desired: DesiredState, observed: ObservedState, context: PlanContext, taken: readonly Step[] = []): Plan {
  const target = targetOf(desired, observed, taken);
  const owned = taken.flatMap(({ after }) => (after?.kind === "address" ? [after.prefix] : []));
  return {
    steps: stepsTowards(target, seenResources(observed, desired.link.name)),
    conflicts: [
      ...conflictsOf(desired, observed, new Set(owned)),
      ...(context.fwMark === 0 ? endpointConflicts(desired, observed, context.endpoints) : []),
    ],
  };
}

/** What becomes of each key that is desired, or was ever changed: back to what it was, unless it is desired. */
export function targetOf(desired: DesiredState, observed: ObservedState, taken: readonly Step[]): Target {
  const target = new Map(originals(taken));
  for (const resource of desiredResources(desired, observed)) target.set(keyOf(resource), resource);
  return target;
}

/** A line a step; "" when there is nothing to do. */
export function formatPlan(steps: readonly Step[]): string {
  return steps.map(formatStep).join("\n");
}

function desiredResources(desired: DesiredState, observed: ObservedState): Resource[] {
  const { name, mtu, addrGenMode } = desired.link;
  const link = linkNamed(observed, name);
  const place = { device: name, ifindex: link?.ifindex ?? 0 };
  const attributes: Resource[] = [
    { kind: "link", ...place, attribute: "mtu", value: String(mtu) },
    { kind: "link", ...place, attribute: "admin", value: "up" },
  ];
  // A link without IPv6 has no such mode to set, and one with too small an MTU gets it with a larger one.
  const hasMode = observed.ipv6 === "enabled" || (link?.addrGenMode ?? null) !== null;
  if (hasMode && mtu >= IPV6_MIN_MTU) attributes.push({ kind: "link", ...place, attribute: "addrgenmode", value: addrGenMode });
  return [
    ...attributes,
    ...desired.addresses.map((prefix): Resource => ({ kind: "address", ...place, prefix: formatPrefix(prefix) })),
    ...desired.routes.map((network): Resource => {
      return { kind: "route", ...place, network: formatPrefix(network), metric: defaultMetric(network.address.family) };
    }),
  ];
}
