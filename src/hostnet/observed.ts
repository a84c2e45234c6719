import { type Family, type IpAddress, isLinkLocal, parseAddress } from "../base/address.js";
import { type IpPrefix, parsePrefix } from "../base/prefix.js";

/** What the kernel was seen to hold: all links and addresses, and the routes of table main. */
export interface ObservedState {
  readonly links: readonly ObservedLink[];
  readonly addresses: readonly ObservedAddress[];
  readonly routes: readonly ObservedRoute[];
  /** Whether the interface asked about, or one yet to be made, may have IPv6. */
  readonly ipv6: "enabled" | "disabled";
}

export interface ObservedLink {
  readonly name: string;
  readonly ifindex: number;
  readonly mtu: number;
  /** The administrator's wish, not the carrier. */
  readonly up: boolean;
  readonly loopback: boolean;
  /** How the kernel makes up link-local addresses; null where the link has no IPv6. */
  readonly addrGenMode: string | null;
}

export interface ObservedAddress {
  readonly device: string;
  readonly ifindex: number;
  readonly prefix: IpPrefix;
  /** `global`, `link`, `host` or a number. */
  readonly scope: string;
  /** The far end of a point-to-point address, or null. */
  readonly remote: string | null;
  /** Nothing more is set on it than `ip addr add ADDRESS/LENGTH dev DEVICE` sets by itself. */
  readonly plain: boolean;
}

export interface ObservedRoute {
  readonly network: IpPrefix;
  /** `unicast`, `unreachable`, `blackhole`, `prohibit` … */
  readonly type: string;
  /** 0 for the IPv4 default; smaller is preferred. */
  readonly metric: number;
  /** null: for any type of service. */
  readonly tos: string | null;
  /** `kernel`, `boot`, `static`, `dhcp`, `ra` … */
  readonly protocol: string;
  /** More than one for multipath, none for types that lead nowhere. */
  readonly hops: readonly { readonly device: string; readonly gateway: string | null }[];
  /** Nothing more is set on it than `ip route add NETWORK dev DEVICE [metric N]` sets by itself. */
  readonly plain: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Links, from `ip -j -d link show`.
 *
 * @returns undefined when it is no JSON list; entries of another shape are left out
 */
export function parseLinks(json: string): ObservedLink[] | undefined {
  return entries(json)?.flatMap((fields) => {
    const { ifname: name, ifindex, mtu, flags, inet6_addr_gen_mode: mode } = fields;
    if (typeof name !== "string" || typeof ifindex !== "number" || typeof mtu !== "number" || !Array.isArray(flags)) return [];
    const addrGenMode = typeof mode === "string" ? mode : null;
    return [{ name, ifindex, mtu, up: flags.includes("UP"), loopback: flags.includes("LOOPBACK"), addrGenMode }];
  });
}

/** Addresses, from `ip -j addr show`. @returns as {@link parseLinks} */
export function parseAddresses(json: string): ObservedAddress[] | undefined {
  return entries(json)?.flatMap((link) => {
    const { ifname: device, ifindex, addr_info: addresses } = link;
    if (typeof device !== "string" || typeof ifindex !== "number" || !Array.isArray(addresses)) return [];
    return addresses.filter(isFields).flatMap((fields) => {
      const address = typeof fields.local === "string" ? parseAddress(fields.local) : undefined;
      if (address === undefined || typeof fields.prefixlen !== "number") return [];
      const prefix = { address, length: fields.prefixlen };
      const remote = typeof fields.address === "string" ? fields.address : null;
      return [{ device, ifindex, prefix, scope: textOr(fields.scope, "global"), remote, plain: isPlainAddress(fields, address) }];
    });
  });
}

/** Routes of one family, from `ip -j -4 route show table main` or its IPv6 twin. @returns as {@link parseLinks} */
export function parseRoutes(json: string, family: Family): ObservedRoute[] | undefined {
  return entries(json)?.flatMap((fields) => {
    const network = parseDestination(fields.dst, family);
    if (network === undefined) return [];
    const route = {
      network,
      type: textOr(fields.type, "unicast"),
      metric: typeof fields.metric === "number" ? fields.metric : 0,
      tos: typeof fields.tos === "string" ? fields.tos : null,
      protocol: textOr(fields.protocol, "boot"),
    };
    // A route that leads nowhere is shown on lo when it is IPv6.
    const hops = route.type === "unicast" || route.type === "local" ? parseHops(fields) : [];
    return [{ ...route, hops, plain: isPlainRoute(fields) }];
  });
}

export function linkNamed(observed: ObservedState, name: string): ObservedLink | undefined {
  return observed.links.find((link) => link.name === name);
}

function entries(json: string): Fields[] | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) ? parsed.filter(isFields) : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function parseDestination(value: unknown, family: Family): IpPrefix | undefined {
  if (typeof value !== "string") return undefined;
  const prefix = parsePrefix(value === "default" ? (family === 4 ? "0.0.0.0/0" : "::/0") : value);
  return prefix?.address.family === family ? prefix : undefined;
}

function parseHops(fields: Fields): ObservedRoute["hops"] {
  const hops = Array.isArray(fields.nexthops) ? fields.nexthops.filter(isFields) : [fields];
  return hops.flatMap((hop) => {
    if (typeof hop.dev !== "string") return [];
    // An IPv4 route through an IPv6 neighbour names it under `via`.
    const via = isFields(hop.via) ? hop.via.host : undefined;
    return [{ device: hop.dev, gateway: typeof hop.gateway === "string" ? hop.gateway : typeof via === "string" ? via : null }];
  });
}

const PLAIN_ADDRESS = new Set(["family", "local", "prefixlen", "scope", "label", "secondary", "valid_life_time", "preferred_life_time"]);
const PLAIN_ROUTE = new Set(["type", "dst", "dev", "protocol", "scope", "metric", "flags", "pref", "table"]);
/** What iproute2 shows for a lifetime without end. */
const FOREVER = 0xffffffff;

/** A link-local address that the kernel made up is none: it bears the mark of how. */
function isPlainAddress(fields: Fields, address: IpAddress): boolean {
  const forever = fields.valid_life_time === FOREVER && fields.preferred_life_time === FOREVER;
  const scope = isLinkLocal(address) ? "link" : "global";
  return forever && fields.scope === scope && Object.keys(fields).every((key) => PLAIN_ADDRESS.has(key));
}

function isPlainRoute(fields: Fields): boolean {
  const unicast = fields.type === undefined || fields.type === "unicast";
  return unicast && typeof fields.dev === "string" && Object.keys(fields).every((key) => PLAIN_ROUTE.has(key));
}
