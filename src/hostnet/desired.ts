import { addressBits } from "../base/address.js";
import { isInterfaceName } from "../base/interface-name.js";
import { invariant } from "../base/invariant.js";
import { covers, formatPrefix, type IpPrefix, isDefaultRoute, networkOf } from "../base/prefix.js";

/** The least MTU with which the kernel keeps IPv6 on an interface. @see RFC 8200 §5 */
export const IPV6_MIN_MTU = 1280;

/** What the host is to look like for one tunnel. */
export interface DesiredState {
  readonly link: DesiredLink;
  /** Host bits kept, in the order of the file: the first of a family is what the kernel prefers as a source. */
  readonly addresses: readonly IpPrefix[];
  /** Networks, each once, IPv4 first, then by address and length. */
  readonly routes: readonly IpPrefix[];
}

export interface DesiredLink {
  readonly name: string;
  /** Bytes of an inner packet. */
  readonly mtu: number;
  /**
   * `none`: the kernel makes up no link-local address, and so sends no router solicitations into the tunnel.
   */
  readonly addrGenMode: "none";
}

/**
 * What a tunnel's file asks of the host.
 *
 * An allowed-ip inside a network of the interface's own addresses gets no route: the connected one leads there.
 *
 * @param input `allowedIps` of all peers together; no default route, and an MTU of at least 1280 where IPv6 is named
 */
export function desiredState(input: {
  readonly name: string;
  readonly mtu: number;
  readonly addresses: readonly IpPrefix[];
  readonly allowedIps: readonly IpPrefix[];
}): DesiredState {
  invariant(isInterfaceName(input.name), `${input.name} is no interface name`);
  invariant(!input.allowedIps.some(isDefaultRoute), "a default route is refused before it gets here");
  const ipv6 = [...input.addresses, ...input.allowedIps].some((prefix) => prefix.address.family === 6);
  invariant(!ipv6 || input.mtu >= IPV6_MIN_MTU, `an MTU of ${input.mtu} with IPv6 is refused before it gets here`);
  const connected = input.addresses.map(networkOf);
  const routes = once(input.allowedIps.map(networkOf)).filter((network) => !connected.some((own) => covers(own, network)));
  return {
    link: { name: input.name, mtu: input.mtu, addrGenMode: "none" },
    addresses: once(input.addresses),
    routes: routes.toSorted(byNetwork),
  };
}

/** The networks that the kernel itself connects along with the addresses. */
export function connectedNetworks(desired: DesiredState): IpPrefix[] {
  return once(desired.addresses.filter((prefix) => prefix.length < addressBits(prefix.address.family)).map(networkOf));
}

function once(prefixes: readonly IpPrefix[]): IpPrefix[] {
  return [...new Map(prefixes.map((prefix) => [formatPrefix(prefix), prefix])).values()];
}

function byNetwork(a: IpPrefix, b: IpPrefix): number {
  return a.address.family - b.address.family || Buffer.compare(a.address.bytes, b.address.bytes) || a.length - b.length;
}
