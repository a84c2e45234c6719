import ipaddr from "ipaddr.js";

export type Family = 4 | 6;

/** An IP address. IPv4-mapped IPv6 addresses are held as IPv4. */
export interface IpAddress {
  readonly family: Family;
  /** 4 or 16 bytes, network order. */
  readonly bytes: Uint8Array;
}

/** Bits of an address. */
export function addressBits(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/**
 * @param text dotted quad or RFC 4291 text, without zone, brackets or prefix length
 * @returns undefined when it is not an address
 */
export function parseAddress(text: string): IpAddress | undefined {
  // The library throws and catches an exception for each text that is of the other family.
  if (text.includes(":")) {
    if (text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
    return addressFrom(Uint8Array.from(ipaddr.IPv6.parse(text).toByteArray()));
  }
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  return { family: 4, bytes: Uint8Array.from(ipaddr.IPv4.parse(text).octets) };
}

/** @param bytes 4 or 16 bytes, network order */
export function addressFrom(bytes: Uint8Array): IpAddress {
  if (bytes.length === 4) return { family: 4, bytes };
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

/** The canonical text: dotted quad, or RFC 5952. */
export function formatAddress(address: IpAddress): string {
  return address.family === 4 ? address.bytes.join(".") : ipaddr.fromByteArray(Array.from(address.bytes)).toString();
}

export function isLinkLocal(address: IpAddress): boolean {
  return address.family === 6 && address.bytes[0] === 0xfe && ((address.bytes[1] ?? 0) & 0xc0) === 0x80;
}
