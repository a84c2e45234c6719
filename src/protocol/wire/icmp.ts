/**
 * ICMP errors for inner packets that go nowhere.
 *
 * @see docs/protocol.md §10; RFC 1122 §3.2.2 and RFC 4443 §2.4 for what must not be answered
 */
import type { IpAddress } from "../../base/address.js";
import { concat } from "../../base/bytes.js";
import { ICMP_EXCERPT } from "../limits.js";

/** Why a packet went nowhere. */
export type UnreachableCause = "no-peer" | "no-endpoint";

const ICMP = 1;
const ICMP6 = 58;
const HOP_LIMIT = 64;
const CODES = { "no-peer": { 4: 0, 6: 0 }, "no-endpoint": { 4: 1, 6: 3 } } as const;

/**
 * "Destination unreachable" to the sender of an inner packet.
 *
 * @param packet its beginning: the IP header and at least 8 bytes more
 * @param from whom the answer comes from, of the packet's family
 * @returns a whole IP packet, or undefined when the packet must not be answered
 */
export function destinationUnreachable(packet: Uint8Array, from: IpAddress, cause: UnreachableCause): Uint8Array | undefined {
  const version = (packet[0] ?? 0) >> 4;
  if (version !== from.family) return undefined;
  return version === 4 ? unreachable4(packet, from, CODES[cause][4]) : unreachable6(packet, from, CODES[cause][6]);
}

function unreachable4(packet: Uint8Array, from: IpAddress, code: number): Uint8Array | undefined {
  const headerLength = ((packet[0] ?? 0) & 15) * 4;
  if (headerLength < 20 || packet.length < headerLength + 8) return undefined;
  const view = viewOf(packet);
  const isLaterFragment = (view.getUint16(6) & 0x1fff) !== 0;
  const destination = packet[16] ?? 0;
  const isError = packet[9] === ICMP && ![0, 8].includes(packet[headerLength] ?? 0);
  if (isLaterFragment || destination >= 224 || isError) return undefined;

  const body = concat(Uint8Array.of(3, code, 0, 0, 0, 0, 0, 0), packet.subarray(0, ICMP_EXCERPT));
  writeChecksum(body, 2, checksum(body));
  const header = new Uint8Array(20);
  const out = viewOf(header);
  header[0] = 0x45;
  out.setUint16(2, header.length + body.length);
  header[8] = HOP_LIMIT;
  header[9] = ICMP;
  header.set(from.bytes, 12);
  header.set(packet.subarray(12, 16), 16);
  writeChecksum(header, 10, checksum(header));
  return concat(header, body);
}

function unreachable6(packet: Uint8Array, from: IpAddress, code: number): Uint8Array | undefined {
  if (packet.length < 48) return undefined;
  const isError = packet[6] === ICMP6 && (packet[40] ?? 0) < 128;
  if (packet[24] === 0xff || packet[8] === 0xff || isError) return undefined;

  const body = concat(Uint8Array.of(1, code, 0, 0, 0, 0, 0, 0), packet.subarray(0, ICMP_EXCERPT));
  const header = new Uint8Array(40);
  header[0] = 0x60;
  viewOf(header).setUint16(4, body.length);
  header[6] = ICMP6;
  header[7] = HOP_LIMIT;
  header.set(from.bytes, 8);
  header.set(packet.subarray(8, 24), 24);
  // The pseudo-header of RFC 8200 §8.1: addresses, length, next header.
  const pseudo = concat(header.subarray(8, 40), Uint8Array.of(0, 0, body.length >> 8, body.length & 0xff, 0, 0, 0, ICMP6));
  writeChecksum(body, 2, checksum(concat(pseudo, body)));
  return concat(header, body);
}

/** The internet checksum of RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

function writeChecksum(bytes: Uint8Array, offset: number, value: number): void {
  viewOf(bytes).setUint16(offset, value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
