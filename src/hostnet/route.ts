import type { Family } from "../base/address.js";
import { formatPrefix, networkOf, parsePrefix } from "../base/prefix.js";
import { linkNamed, type ObservedRoute } from "./observed.js";
import { type OnDevice, parseOnDevice, type ResourceBase, type ResourceKind, STAGE } from "./resource.js";

/** A route of table main that leads into an interface without a gateway. */
export interface Route extends ResourceBase, OnDevice {
  readonly kind: "route";
  /** `NETWORK/LENGTH`. */
  readonly network: string;
  readonly metric: number;
}

/** What the kernel gives a route without a metric of its own. */
export function defaultMetric(family: Family): number {
  return family === 4 ? 0 : 1024;
}

export const routes: ResourceKind<Route> = {
  key: ({ network, metric, device }) => `route ${network} dev ${device}${metricWords(metric)}`,
  commands(before, after) {
    const lines = [];
    if (before !== null) lines.push(`route del ${words(before)}`);
    if (after !== null) lines.push(`route add ${words(after)}`);
    return lines;
  },
  stage: (_before, after) => (after === null ? STAGE.routeRemoval : STAGE.routeAddition),
  value: () => "",
  parse(fields) {
    const place = parseOnDevice(fields);
    const network = typeof fields.network === "string" ? parsePrefix(fields.network) : undefined;
    const { metric } = fields;
    if (place === undefined || network === undefined || typeof metric !== "number" || !Number.isSafeInteger(metric)) return undefined;
    return { kind: "route", ...place, network: formatPrefix(networkOf(network)), metric };
  },
  seen(observed, device) {
    const link = linkNamed(observed, device);
    if (link === undefined) return [];
    return observed.routes
      .filter((route) => leadsPlainlyInto(route, device))
      .map((route) => ({
        resource: { kind: "route", device, ifindex: link.ifindex, network: formatPrefix(route.network), metric: route.metric },
        restorable: route.plain && route.protocol === "boot",
      }));
  },
};

/** True when the route sends its whole network into the interface, as one of ours would. */
export function leadsPlainlyInto(route: ObservedRoute, device: string): boolean {
  const [hop, ...more] = route.hops;
  return route.type === "unicast" && route.tos === null && more.length === 0 && hop?.device === device && hop.gateway === null;
}

function words(route: Route): string {
  return `${route.network} dev ${route.device}${metricWords(route.metric)}`;
}

function metricWords(metric: number): string {
  return metric === 0 ? "" : ` metric ${metric}`;
}
