import { addressBits, formatAddress, type IpAddress, parseAddress } from "./address.js";

/** An address with a prefix length. A network has its host bits zero; an interface address keeps them. */
export interface IpPrefix {
  readonly address: IpAddress;
  /** 0–32 or 0–128. */
  readonly length: number;
}

/**
 * @param text `ADDRESS/LENGTH`, or `ADDRESS` alone for a single host
 * @returns undefined when it is neither; host bits are kept
 */
export function parsePrefix(text: string): IpPrefix | undefined {
  const [host = "", length, ...rest] = text.split("/");
  const address = parseAddress(host);
  if (address === undefined || rest.length > 0) return undefined;
  const bits = addressBits(address.family);
  if (length === undefined) return { address, length: bits };
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return undefined;
  return { address, length: Number(length) };
}

/** The network that holds the address: host bits zeroed. */
export function networkOf(prefix: IpPrefix): IpPrefix {
  const bytes = prefix.address.bytes.slice();
  for (let i = 0; i < bytes.length; i++) {
    const keep = Math.min(8, Math.max(0, prefix.length - 8 * i));
    bytes[i] = (bytes[i] ?? 0) & ~(0xff >> keep);
  }
  return { address: { family: prefix.address.family, bytes }, length: prefix.length };
}

/** True when every address of `inner` lies in the network of `outer`. */
export function covers(outer: IpPrefix, inner: IpPrefix): boolean {
  if (outer.address.family !== inner.address.family || outer.length > inner.length) return false;
  const cut = networkOf({ address: inner.address, length: outer.length });
  return Buffer.compare(cut.address.bytes, networkOf(outer).address.bytes) === 0;
}

export function isDefaultRoute(prefix: IpPrefix): boolean {
  return prefix.length === 0;
}

/** `ADDRESS/LENGTH`, always with the length. Two prefixes are the same when their texts are. */
export function formatPrefix(prefix: IpPrefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}
