import { addressBits, formatAddress, type IpAddress, isLinkLocal } from "../base/address.js";
import type { OperatorError } from "../base/errors.js";
import { formatPrefix, type IpPrefix } from "../base/prefix.js";
import { PrefixMap } from "../base/prefix-map.js";
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
  const ours = [...connectedNetworks(desired), ...desired.routes, ...desired.addresses.map(asHost)];
  const inside = new PrefixMap(ours.map((prefix) => [prefix, prefix]));
  const outside = new PrefixMap(observed.routes.filter((route) => leadsOutside(route, name)).map((route) => [route.network, route]));
  return endpoints.flatMap((endpoint) => {
    const [swallowing] = inside.covering(endpoint);
    // A link-local endpoint names its interface itself.
    if (swallowing === undefined || isLinkLocal(endpoint)) return [];
    const ways = outside.covering(endpoint);
    const here = observed.addresses.some((own) => own.device !== name && formatAddress(own.prefix.address) === formatAddress(endpoint));
    if (here || ways.some((route) => route.network.length > swallowing.length)) return [];
    const detour = detourTo(endpoint, ways);
    return [endpointInTunnel({ endpoint: formatAddress(endpoint), network: formatPrefix(swallowing), name, detour })];
  });
}

function detourTo(endpoint: IpAddress, ways: readonly ObservedRoute[]): string {
  const best = ways.toSorted((a, b) => b.network.length - a.network.length || a.metric - b.metric)[0];
  return `ip route add ${formatAddress(endpoint)}${best === undefined ? " via GATEWAY" : formatHops(best)}`;
}

function leadsOutside(route: ObservedRoute, name: string): boolean {
  return route.type === "unicast" && route.hops.length > 0 && route.hops.every((hop) => hop.device !== name);
}

function asHost(prefix: IpPrefix): IpPrefix {
  return { address: prefix.address, length: addressBits(prefix.address.family) };
}
