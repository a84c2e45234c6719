import { formatAddress, type IpAddress, parseAddress } from "./address.js";
import { sameBytes } from "./bytes.js";

/** Where a UDP datagram goes to or came from. */
export interface Endpoint {
  readonly address: IpAddress;
  /** 1–65535. */
  readonly port: number;
  /** Interface index, for link-local IPv6 addresses; 0 otherwise. */
  readonly scope: number;
}

/** An endpoint as the operator wrote it: its host may be a name, to be resolved again and again. */
export interface ConfiguredEndpoint {
  /** An address in canonical text, or a host name. */
  readonly host: string;
  readonly port: number;
}

/**
 * @param text `HOST:PORT`, where an IPv6 host stands in brackets
 * @returns undefined when it is not of that form
 */
export function parseConfiguredEndpoint(text: string): ConfiguredEndpoint | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  if (port < 1 || port > 65535) return undefined;
  if (match[1] !== undefined) {
    const address = parseAddress(match[1]);
    return address?.family === 6 ? { host: formatAddress(address), port } : undefined;
  }
  const host = match[2] ?? "";
  if (/^[\d.]+$/.test(host)) return parseAddress(host) ? { host, port } : undefined;
  return isHostName(host) ? { host, port } : undefined;
}

/** The endpoint itself when the host is an address; undefined when it is a name. */
export function literalEndpoint(configured: ConfiguredEndpoint): Endpoint | undefined {
  const address = parseAddress(configured.host);
  return address && { address, port: configured.port, scope: 0 };
}

/** `ADDRESS:PORT` or `[ADDRESS]:PORT`. Two endpoints are the same when their texts are (scope is not shown but for link-local). */
export function formatEndpoint(endpoint: Endpoint): string {
  const host = formatAddress(endpoint.address);
  const zone = endpoint.scope === 0 ? "" : `%${endpoint.scope}`;
  return endpoint.address.family === 6 ? `[${host}${zone}]:${endpoint.port}` : `${host}:${endpoint.port}`;
}

/** Whether their texts are the same, without making them: a node with many peers compares each with what a stranger sends. */
export function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  const { family, bytes } = one.address;
  if (one.port !== other.port || family !== other.address.family || (family === 6 && one.scope !== other.scope)) return false;
  return sameBytes(bytes, other.address.bytes);
}

export function formatConfiguredEndpoint(endpoint: ConfiguredEndpoint): string {
  return endpoint.host.includes(":") ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
}

function isHostName(text: string): boolean {
  return text.length <= 253 && text.split(".").every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
}
