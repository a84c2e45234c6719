import { addressBits, formatAddress, type IpAddress, isLinkLocal } from "../base/address.js";
import type { OperatorError } from "../base/errors.js";
import { covers, formatPrefix, type IpPrefix } from "../base/prefix.js";
import { formatHops } from "./conflicts.js";
import { connectedNetworks, type DesiredState } from "./desired.js";
import { endpointInTunnel } from "./errors.js";
import type { ObservedRoute, ObservedState } from "./observed.js";

/**
 * The endpoints whose packets the tunnel would swallow, each as an error; empty when all of them lead outside.
 *
 * An endpoint inside a prefix of the tunnel is fine when a more specific route, a network the host is attached to for instance, leads to it.
 * Where the tunnel's own packets carry a mark (FwMark), rules of the operator's decide their way, and nothing is said here.
 */
export function endpointConflicts(desired: DesiredState, observed: ObservedState, endpoints: readonly IpAddress[]): OperatorError[] {
  const name = desired.link.name;
  const inside = [...connectedNetworks(desired), ...desired.routes, ...desired.addresses.map(asHost)];
  return endpoints.flatMap((endpoint) => {
    const host = asHost({ address: endpoint, length: addressBits(endpoint.family) });
    const swallowing = longest(inside.filter((prefix) => covers(prefix, host)));
    // A link-local endpoint names its interface itself.
    if (swallowing === undefined || isLinkLocal(endpoint)) return [];
    const outside = observed.routes.filter((route) => covers(route.network, host) && leadsOutside(route, name));
    const here = observed.addresses.some((own) => own.device !== name && formatAddress(own.prefix.address) === formatAddress(endpoint));
    if (here || outside.some((route) => route.network.length > swallowing.length)) return [];
    const detour = detourTo(endpoint, outside);
    return [endpointInTunnel({ endpoint: formatAddress(endpoint), network: formatPrefix(swallowing), name, detour })];
  });
}

function detourTo(endpoint: IpAddress, outside: readonly ObservedRoute[]): string {
  const best = outside.toSorted((a, b) => b.network.length - a.network.length || a.metric - b.metric)[0];
  return `ip route add ${formatAddress(endpoint)}${best === undefined ? " via GATEWAY" : formatHops(best)}`;
}

function leadsOutside(route: ObservedRoute, name: string): boolean {
  return route.type === "unicast" && route.hops.length > 0 && route.hops.every((hop) => hop.device !== name);
}

function asHost(prefix: IpPrefix): IpPrefix {
  return { address: prefix.address, length: addressBits(prefix.address.family) };
}

function longest(prefixes: readonly IpPrefix[]): IpPrefix | undefined {
  return prefixes.toSorted((a, b) => b.length - a.length)[0];
}
