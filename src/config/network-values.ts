import { addressBits, formatAddress, type IpAddress, parseAddress } from "../base/address.js";
import { type ConfiguredEndpoint, type Endpoint, literalEndpoint, parseConfiguredEndpoint } from "../base/endpoint.js";
import type { OperatorError } from "../base/errors.js";
import { isInterfaceName } from "../base/interface-name.js";
import { formatPrefix, type IpPrefix, networkOf, parsePrefix } from "../base/prefix.js";
import { addressUnusable } from "./errors.js";
import type { KeyFacts } from "./key-definition.js";
import { refuse } from "./values.js";

/** Parsers of single values: addresses, prefixes, endpoints and other names of the network. */

/** An address of the interface, with or without a length. Host bits are kept. */
export function interfaceAddress(text: string, key: KeyFacts): IpPrefix | OperatorError {
  const prefix = parsePrefix(text);
  if (prefix === undefined) return refuse(key, text, prefixFault(text));
  const why = unusable(prefix.address);
  return why === undefined ? prefix : addressUnusable({ address: formatPrefix(prefix), why });
}

/** A network: host bits are masked, as wg does. */
export function network(text: string, key: KeyFacts): IpPrefix | OperatorError {
  const prefix = parsePrefix(text);
  return prefix === undefined ? refuse(key, text, prefixFault(text)) : networkOf(prefix);
}

/** `HOST:PORT`, where the host may be a name. */
export function configuredEndpoint(text: string, key: KeyFacts): ConfiguredEndpoint | OperatorError {
  const joined = text.replace(/\s+/g, "");
  return parseConfiguredEndpoint(joined) ?? refuse(key, text, endpointFault(joined));
}

/** `ADDRESS:PORT` to listen on. */
export function listeningAddress(text: string, key: KeyFacts): Endpoint | OperatorError {
  const configured = parseConfiguredEndpoint(text);
  const endpoint = configured && literalEndpoint(configured);
  return endpoint ?? refuse(key, text, "is not an address and a port");
}

/** A name server's address, or a search domain. A domain after `~` only routes queries. */
export function nameServerOrDomain(text: string, key: KeyFacts): string | OperatorError {
  const address = parseAddress(text);
  if (address) return formatAddress(address);
  return isDomain(text.replace(/^~/, "")) ? text : refuse(key, text, "is neither an address nor a domain");
}

/** The hardware address of one station. Lower case. */
export function hardwareAddress(text: string, key: KeyFacts): string | OperatorError {
  const address = text.toLowerCase();
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(address)) return refuse(key, text, "is not six bytes in hexadecimal with colons");
  if ((Number.parseInt(address.slice(0, 2), 16) & 1) === 1) return refuse(key, text, "is the address of a group");
  return address === "00:00:00:00:00:00" ? refuse(key, text, "is no station's address") : address;
}

/** Another interface of this host. */
export function interfaceName(text: string, key: KeyFacts): string | OperatorError {
  return isInterfaceName(text) ? text : refuse(key, text, "is not the name of an interface");
}

function isDomain(text: string): boolean {
  if (text === "." || text.length > 254 || /^[\d.]*$/.test(text)) return text === ".";
  return text
    .replace(/\.$/, "")
    .split(".")
    .every((label) => /^[a-z0-9_-]{1,63}$/i.test(label) && !/^-|-$/.test(label));
}

function unusable(address: IpAddress): string | undefined {
  const [first = 0] = address.bytes;
  const text = formatAddress(address);
  if (address.bytes.every((byte) => byte === 0)) return "the unspecified address";
  if (text === "255.255.255.255") return "the broadcast address";
  if (address.family === 4 ? first === 127 : text === "::1") return "a loopback address";
  return (address.family === 4 ? first >> 4 === 14 : first === 0xff) ? "a multicast address" : undefined;
}

function prefixFault(text: string): string {
  const [host = "", length] = text.split("/", 2);
  const address = parseAddress(host);
  if (address === undefined) return "is not an IP address with a length";
  return `has a length that is not within 0–${addressBits(address.family)}${length?.includes(".") ? " (a mask is written as its number of bits)" : ""}`;
}

function endpointFault(text: string): string {
  if (text.includes("%")) return "names a zone, and a link-local address cannot be an endpoint";
  if (parseAddress(text)?.family === 6 || parseAddress(text.replace(/:\d+$/, ""))?.family === 6)
    return "is an IPv6 address without brackets";
  const port = /:(\d*)$/.exec(text)?.[1];
  if (port === undefined || text.endsWith("]")) return "has no port";
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) return "has a port that is not within 1–65535";
  return "has a host that is neither an address nor a name";
}
