import { addressBits, type Family } from "../base/address.js";
import type { OperatorError } from "../base/errors.js";
import { formatPrefix, isDefaultRoute, networkOf } from "../base/prefix.js";
import type { DesiredState } from "./desired.js";
import { ipForwardOff } from "./errors.js";
import type { Host } from "./host.js";
import type { ObservedState } from "./observed.js";

/** Whether the host forwards packets of each family between its interfaces. */
export type Forwarding = Readonly<Record<Family, boolean>>;

const SYSCTL = { 4: "net/ipv4/ip_forward", 6: "net/ipv6/conf/all/forwarding" } as const;
const SETTING = { 4: "net.ipv4.ip_forward=1", 6: "net.ipv6.conf.all.forwarding=1" } as const;

export async function readForwarding(host: Pick<Host, "readSysctl">): Promise<Forwarding> {
  const [ipv4, ipv6] = await Promise.all([host.readSysctl(SYSCTL[4]), host.readSysctl(SYSCTL[6])]);
  return { 4: ipv4 === "1", 6: ipv6 === "1" };
}

/**
 * Warnings for a gateway that does not forward, one a family; empty for a host that is none.
 *
 * A host is taken for a gateway when the tunnel leads to whole networks and it has, beside the tunnel, an uplink and another network
 * with no default route through it. A laptop with cable and radio on one network, or with an uplink each, is none.
 */
export function forwardingWarnings(desired: DesiredState, observed: ObservedState, forwarding: Forwarding): OperatorError[] {
  return ([4, 6] as const).flatMap((family) => {
    if (forwarding[family] || !leadsToNetworks(desired, family)) return [];
    const behind = networksBehind(desired.link.name, observed, family);
    if (behind.length === 0) return [];
    const devices = behind.join(" and ");
    return [ipForwardOff({ family: `IPv${family}`, name: desired.link.name, devices, settings: settingsFor(family, observed) })];
  });
}

function leadsToNetworks(desired: DesiredState, family: Family): boolean {
  return desired.routes.some((network) => network.address.family === family && network.length < addressBits(family));
}

/** The interfaces with a network of their own behind them, besides at least one other; empty when there is no other. */
function networksBehind(tunnel: string, observed: ObservedState, family: Family): string[] {
  const outside = observed.links.filter((link) => link.up && !link.loopback && link.name !== tunnel).map((link) => link.name);
  const attached = new Map<string, string>();
  for (const { device, prefix, scope } of observed.addresses) {
    const isNetwork = prefix.address.family === family && prefix.length < addressBits(family);
    // One interface for each network: two on the same one are two cables, not two places.
    if (isNetwork && scope === "global" && outside.includes(device)) attached.set(formatPrefix(networkOf(prefix)), device);
  }
  const devices = [...new Set(attached.values())];
  const uplinks = uplinksOf(observed, family);
  return devices.length < 2 ? [] : devices.filter((device) => !uplinks.has(device));
}

function uplinksOf(observed: ObservedState, family: Family): Set<string> {
  const defaults = observed.routes.filter((route) => isDefaultRoute(route.network) && route.network.address.family === family);
  return new Set(defaults.flatMap((route) => route.hops.map((hop) => hop.device)));
}

/** A host that forwards IPv6 stops learning its own default route from router advertisements unless told to go on. */
function settingsFor(family: Family, observed: ObservedState): string {
  if (family === 4) return SETTING[4];
  const learned = observed.routes.filter(
    (route) => route.protocol === "ra" && route.network.address.family === 6 && isDefaultRoute(route.network),
  );
  const devices = new Set(learned.flatMap((route) => route.hops.map((hop) => hop.device)));
  return [SETTING[6], ...[...devices].map((device) => `net/ipv6/conf/${device}/accept_ra=2`)].join(" ");
}
