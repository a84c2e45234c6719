import { formatAddress, isLinkLocal } from "../base/address.js";
import type { OperatorError } from "../base/errors.js";
import { covers, formatPrefix, type IpPrefix } from "../base/prefix.js";
import { connectedNetworks, type DesiredState } from "./desired.js";
import { addressInUse, ipv6Disabled, routeTaken } from "./errors.js";
import type { ObservedRoute, ObservedState } from "./observed.js";
import { defaultMetric, leadsPlainlyInto } from "./route.js";

/** What the kernel gives the connected network of an address. */
const CONNECTED_METRIC = { 4: 0, 6: 256 } as const;

/**
 * Why the host cannot become as desired without harm to what others configured; empty when it can.
 *
 * The kernel itself would allow most of this: the same address on two interfaces, a route that takes the host's own network away, one
 * that never carries a packet because another is preferred.
 *
 * @param owned addresses on the interface that this program gave it, as `ADDRESS/LENGTH`
 */
export function conflictsOf(desired: DesiredState, observed: ObservedState, owned: ReadonlySet<string>): OperatorError[] {
  const connected = connectedNetworks(desired);
  const rivals = routesByNetwork(observed);
  return [
    ...ipv6Conflicts(desired, observed),
    ...desired.addresses.flatMap((prefix) => addressConflict(prefix, desired.link.name, observed, owned)),
    ...connected.flatMap((network) => connectedConflict(network, desired.link.name, rivals, observed)),
    ...desired.routes.flatMap((network) => routeConflict(network, desired.link.name, rivals, observed)),
  ];
}

function ipv6Conflicts(desired: DesiredState, observed: ObservedState): OperatorError[] {
  const wanted = [...desired.addresses, ...desired.routes].some((prefix) => prefix.address.family === 6);
  return wanted && observed.ipv6 === "disabled" ? [ipv6DisabledOn(desired.link.name)] : [];
}

/** The interface is made anew by each start, with what `default` says then. */
export function ipv6DisabledOn(name: string): OperatorError {
  return ipv6Disabled({ name, sysctl: "net.ipv6.conf.default.disable_ipv6" });
}

function addressConflict(prefix: IpPrefix, name: string, observed: ObservedState, owned: ReadonlySet<string>): OperatorError[] {
  const address = formatAddress(prefix.address);
  const same = observed.addresses.filter((other) => formatAddress(other.prefix.address) === address);
  const elsewhere = same.find((other) => other.device !== name);
  if (elsewhere !== undefined && !isLinkLocal(prefix.address)) {
    return [addressInUse({ address: formatPrefix(elsewhere.prefix), device: elsewhere.device, name })];
  }
  // IPv6 has an address once an interface, whatever its length.
  const relative = same.find((other) => other.device === name && formatPrefix(other.prefix) !== formatPrefix(prefix));
  if (prefix.address.family === 4 || relative === undefined || owned.has(formatPrefix(relative.prefix))) return [];
  return [addressInUse({ address: formatPrefix(relative.prefix), device: name, name })];
}

function connectedConflict(network: IpPrefix, name: string, rivals: RoutesByNetwork, observed: ObservedState): OperatorError[] {
  if (isLinkLocal(network.address)) return [];
  const others = sameNetwork(network, rivals).filter((route) => !route.hops.some((hop) => hop.device === name));
  const rival = others.find((route) => route.metric <= CONNECTED_METRIC[network.address.family] || isAttached(route, observed));
  if (rival === undefined) return [];
  const because = reason(rival, observed);
  return [routeTaken({ network: formatPrefix(network), name, because, fix: `choose an Address outside ${formatPrefix(network)}` })];
}

/**
 * A route with a worse metric through a gateway is a fallback, and an unreachable one a guard: both stay beside ours. Only a network that
 * the host is attached to must not be taken away, whatever its metric.
 */
function routeConflict(network: IpPrefix, name: string, rivals: RoutesByNetwork, observed: ObservedState): OperatorError[] {
  const metric = defaultMetric(network.address.family);
  const rival = sameNetwork(network, rivals).find((route) => {
    if (leadsPlainlyInto(route, name)) return false;
    if (route.metric === metric) return true;
    if (isLinkLocal(network.address) || route.hops.some((hop) => hop.device === name)) return false;
    return route.metric < metric || isAttached(route, observed);
  });
  if (rival === undefined) return [];
  const text = formatPrefix(network);
  const fix = isAttached(rival, observed)
    ? `take ${text} out of AllowedIPs, or give one of the two networks other numbers`
    : `take ${text} out of AllowedIPs, or remove the other route: ip route del ${formatRoute(rival)}`;
  return [routeTaken({ network: text, name, because: reason(rival, observed), fix })];
}

/** Those for any type of service, by the text of their network. */
type RoutesByNetwork = ReadonlyMap<string, readonly ObservedRoute[]>;

function routesByNetwork(observed: ObservedState): RoutesByNetwork {
  const routes = new Map<string, ObservedRoute[]>();
  for (const route of observed.routes) {
    if (route.tos !== null) continue;
    const text = formatPrefix(route.network);
    const same = routes.get(text);
    if (same === undefined) routes.set(text, [route]);
    else same.push(route);
  }
  return routes;
}

function sameNetwork(network: IpPrefix, routes: RoutesByNetwork): readonly ObservedRoute[] {
  return routes.get(formatPrefix(network)) ?? [];
}

/** True when the network is a segment that the host itself stands in, rather than one it knows a way to. */
function isAttached(route: ObservedRoute, observed: ObservedState): boolean {
  if (route.hops.length === 0 || route.hops.some((hop) => hop.gateway !== null)) return false;
  const devices = new Set(route.hops.map((hop) => hop.device));
  return route.protocol === "kernel" || observed.addresses.some((own) => devices.has(own.device) && covers(route.network, own.prefix));
}

function reason(route: ObservedRoute, observed: ObservedState): string {
  if (isAttached(route, observed)) return `it is the network this host is attached to through ${devicesOf(route)}`;
  if (route.hops.length === 0) return `another route makes it ${route.type}`;
  return `another route leads there through ${devicesOf(route)}`;
}

function devicesOf(route: ObservedRoute): string {
  return [...new Set(route.hops.map((hop) => hop.device))].join(" and ");
}

/** A route in iproute2's words, as `ip route add` and `ip route del` take them. */
export function formatRoute(route: ObservedRoute): string {
  const type = route.type === "unicast" ? "" : `${route.type} `;
  const metric = route.metric === 0 ? "" : ` metric ${route.metric}`;
  return `${type}${formatPrefix(route.network)}${formatHops(route)}${metric}`;
}

/** Where a route leads, in iproute2's words, with a leading space; "" when it leads nowhere. */
export function formatHops(route: ObservedRoute): string {
  const hops = route.hops.map(({ device, gateway }) => {
    if (gateway === null) return `dev ${device}`;
    const family = gateway.includes(":") && route.network.address.family === 4 ? "inet6 " : "";
    return `via ${family}${gateway} dev ${device}`;
  });
  return hops.length > 1 ? hops.map((hop) => ` nexthop ${hop}`).join("") : hops.map((hop) => ` ${hop}`).join("");
}
