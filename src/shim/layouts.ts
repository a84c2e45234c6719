/** The structs of native-shim/include/tv.h, byte for byte. Integers are little-endian. */
import { addressFrom } from "../base/address.js";
import type { Endpoint } from "../base/endpoint.js";
import type { IpPrefix } from "../base/prefix.js";
import type { BootMillis, Millis } from "../base/time.js";

const ENDPOINT_BYTES = 24;
const ROUTE_BYTES = 24;
const SESSION_BYTES = 456;
const SUBKEYS_BYTES = 192;

/** `tv_route.peer` for an address of this node itself. */
const NO_PEER = 0xffff_ffff;

/** The endpoint that stands for "none". */
export const NO_ENDPOINT = new Uint8Array(ENDPOINT_BYTES);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function micros(time: BootMillis): bigint {
  return BigInt(Math.round(time * 1000));
}

/** `tv_endpoint`. */
export function encodeEndpoint(endpoint: Endpoint | undefined): Uint8Array {
  if (endpoint === undefined) return NO_ENDPOINT;
  const bytes = new Uint8Array(ENDPOINT_BYTES);
  const view = viewOf(bytes);
  bytes[0] = endpoint.address.family;
  view.setUint16(2, endpoint.port, true);
  view.setUint32(4, endpoint.scope, true);
  bytes.set(endpoint.address.bytes, 8);
  return bytes;
}

/** @returns undefined for family 0 */
export function decodeEndpoint(bytes: Uint8Array): Endpoint | undefined {
  const family = bytes[0];
  if (family !== 4 && family !== 6) return undefined;
  const view = viewOf(bytes);
  return {
    address: addressFrom(bytes.slice(8, family === 4 ? 12 : 24)),
    port: view.getUint16(2, true),
    scope: view.getUint32(4, true),
  };
}

/** `tv_device_config`. */
export interface DeviceLayout {
  readonly queues: number;
  readonly mtu: number;
  readonly interfaceIndex: number;
  /** Peer ids are below it. */
  readonly peersMax: number;
  readonly stagedMax: number;
  readonly stagedMaxPeer: number;
  /** How far the clock is set for another generation to begin, and how long not again. */
  readonly clockStep: Millis;
  readonly clockRest: Millis;
}

export function encodeDevice(device: DeviceLayout): Uint8Array {
  const { queues, mtu, interfaceIndex, peersMax, stagedMax, stagedMaxPeer, clockStep, clockRest } = device;
  return new Uint8Array(Uint32Array.of(queues, mtu, interfaceIndex, peersMax, stagedMax, stagedMaxPeer, clockStep, clockRest).buffer);
}

/** `tv_session_config`. */
export interface SessionLayout {
  readonly index: number;
  readonly remoteIndex: number;
  readonly peer: number;
  readonly capabilities: number;
  /** Only data, no empty packet and no message, makes a rekey due. */
  readonly rekeyOnData: boolean;
  /** Whether the first DATA opened under it makes it the one its peer sends under. */
  readonly promote: boolean;
  /** What the data plane last told of when its keys were made. */
  readonly generation: number;
  readonly rekeyAt: BootMillis;
  readonly expiresAt: BootMillis;
  readonly rekeyAfterMessages: number;
  readonly rejectAfterMessages: number;
  /** Six subkeys of 32 bytes, in the order of the kinds. */
  readonly sendSubkeys: Uint8Array;
  readonly receiveSubkeys: Uint8Array;
}

/** The result holds keys: wipe it once it is passed on. */
export function encodeSession(session: SessionLayout): Uint8Array {
  const bytes = new Uint8Array(SESSION_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, session.index, true);
  view.setUint32(4, session.remoteIndex, true);
  view.setUint32(8, session.peer, true);
  view.setUint32(12, session.capabilities, true);
  view.setUint32(16, Number(session.rekeyOnData), true);
  view.setUint32(20, Number(session.promote), true);
  view.setUint32(24, session.generation, true);
  view.setBigInt64(32, micros(session.rekeyAt), true);
  view.setBigInt64(40, micros(session.expiresAt), true);
  view.setBigUint64(48, BigInt(session.rekeyAfterMessages), true);
  view.setBigUint64(56, BigInt(session.rejectAfterMessages), true);
  bytes.set(session.sendSubkeys, 72);
  bytes.set(session.receiveSubkeys, 72 + SUBKEYS_BYTES);
  return bytes;
}

/** An allowed-ip and its owner; without one it is an address of this node, from which no peer may send. */
export interface RouteLayout {
  readonly prefix: IpPrefix;
  readonly peer: number | undefined;
}

/** An array of `tv_route`. */
export function encodeRoutes(routes: readonly RouteLayout[]): Uint8Array {
  const bytes = new Uint8Array(ROUTE_BYTES * routes.length);
  const view = viewOf(bytes);
  routes.forEach(({ prefix, peer }, i) => {
    const offset = ROUTE_BYTES * i;
    bytes[offset] = prefix.address.family;
    bytes[offset + 1] = prefix.length;
    view.setUint32(offset + 4, peer ?? NO_PEER, true);
    bytes.set(prefix.address.bytes, offset + 8);
  });
  return bytes;
}

/** `tv_peer_stats`. Bytes are those of UDP payloads; times are 0 for never. */
export interface PeerStats {
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rxPackets: number;
  readonly txPackets: number;
  readonly receivedAt: BootMillis;
  /** The first data received since anything was sent. */
  readonly unansweredReceivedAt: BootMillis;
  readonly sentAt: BootMillis;
  /** The first data sent since anything authentic was received. */
  readonly unansweredSentAt: BootMillis;
  /** One count a drop reason, in the order of the shim's names. */
  readonly drops: readonly number[];
}

export function peerStatsBytes(dropReasons: number): number {
  return 64 + 8 * dropReasons;
}

export function decodePeerStats(bytes: Uint8Array): PeerStats {
  const view = viewOf(bytes);
  const count = (offset: number) => Number(view.getBigUint64(offset, true));
  const drops: number[] = [];
  for (let offset = 64; offset < bytes.length; offset += 8) drops.push(count(offset));
  return {
    rxBytes: count(0),
    txBytes: count(8),
    rxPackets: count(16),
    txPackets: count(24),
    receivedAt: count(32) / 1000,
    unansweredReceivedAt: count(40) / 1000,
    sentAt: count(48) / 1000,
    unansweredSentAt: count(56) / 1000,
    drops,
  };
}

const OFFLOADS = [
  { name: "tso", bit: 2 },
  { name: "uso", bit: 4 },
  { name: "gso", bit: 8 },
  { name: "gro", bit: 16 },
  { name: "csum", bit: 1 },
];

/** `tv_offloads`. */
export function offloadNames(bits: number): string[] {
  return OFFLOADS.filter(({ bit }) => bits & bit).map(({ name }) => name);
}

/** `tv_counters_read`: packets of DATA and their bytes of UDP payload, then drops by reason. */
export interface DeviceCounters {
  readonly rxPackets: number;
  readonly rxBytes: number;
  readonly txPackets: number;
  readonly txBytes: number;
  readonly drops: readonly number[];
}

export function deviceCountersBytes(dropReasons: number): number {
  return 32 + 8 * dropReasons;
}

export function decodeDeviceCounters(bytes: Uint8Array): DeviceCounters {
  const view = viewOf(bytes);
  const counts: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += 8) counts.push(Number(view.getBigUint64(offset, true)));
  const [rxPackets = 0, rxBytes = 0, txPackets = 0, txBytes = 0, ...drops] = counts;
  return { rxPackets, rxBytes, txPackets, txBytes, drops };
}
