/**
 * The one door to C: the functions of native-shim/include/tv.h, one for one, with lengths taken from the buffers.
 *
 * A call costs 4–7 µs, so nothing here is called for a packet. Buffers pass in place, shared ones too; an empty one
 * arrives as a null pointer. Results below zero are -errno.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ffi from "ffi-rs";
import { errnoName, isErrno } from "./errno.js";
import { boxUnavailable, shimMissing, shimOutdated, shimUnusable } from "./errors.js";

/** TV_ABI of the header that this file was written against. */
export const SHIM_ABI = 8;

const { U8Array: BYTES, I32, I64, U32 } = ffi.DataType;

/** Result, then parameters. A BYTES parameter that C wants with its length stands before a U32. */
const SIGNATURES = {
  tv_abi: [U32],
  tv_init: [I32],
  tv_drop_names: [I32, BYTES, U32],
  tv_box_name: [I32, BYTES, U32],
  tv_random: [I32, BYTES, U32],
  tv_public_key: [I32, BYTES, BYTES],
  tv_dh: [I32, BYTES, BYTES, BYTES],
  tv_hash: [I32, BYTES, BYTES, U32],
  tv_hmac: [I32, BYTES, BYTES, U32, BYTES, U32],
  tv_seal: [I32, BYTES, BYTES, BYTES, BYTES, U32],
  tv_open: [I32, BYTES, BYTES, BYTES, BYTES, U32],
  tv_hsalsa20: [I32, BYTES, BYTES, BYTES],
  tv_equal: [I32, BYTES, BYTES, U32],
  tv_boottime_us: [I64],
  tv_netns_cookie: [I64],
  tv_lock: [I32, BYTES],
  tv_harden: [I32],
  tv_trim: [I32],
  tv_close: [I32, I32],
  tv_if_index: [I32, BYTES],
  tv_tun_open: [I32, BYTES, U32, U32, U32],
  tv_udp_open: [I32, U32, U32, U32, U32],
  tv_udp_port: [I32, I32],
  tv_device_new: [I32, BYTES],
  tv_queue_attach: [I32, I32, U32, I32, I32, I32],
  tv_host_watch: [I32, I32],
  tv_offloads: [I32, I32],
  tv_pump: [I32, I32, U32, BYTES, U32],
  tv_wake: [I32, I32, U32],
  tv_device_stop: [I32, I32],
  tv_device_free: [I32, I32],
  tv_peer_add: [I32, I32, U32],
  tv_peer_remove: [I32, I32, U32],
  tv_peer_endpoint: [I32, I32, U32, BYTES],
  tv_peer_watch: [I32, I32, U32],
  tv_peer_discard: [I32, I32, U32],
  tv_peers_read: [I32, I32, U32, U32, BYTES],
  tv_session_add: [I32, I32, BYTES],
  tv_session_remove: [I32, I32, U32],
  tv_session_use: [I32, I32, U32, U32],
  tv_session_send: [I32, I32, U32, U32, BYTES, U32, BYTES],
  tv_routes_set: [I32, I32, BYTES, U32],
  tv_route_lookup: [I64, I32, U32, BYTES],
  tv_send: [I32, I32, BYTES, BYTES, U32],
  tv_device_write: [I32, I32, BYTES, U32],
  tv_counters_read: [I32, I32, BYTES],
} satisfies Record<string, ffi.DataType[]>;

type Bytes = Uint8Array;

/** @see native-shim/include/tv.h for what each does */
export interface Shim {
  dropNames(): string[];
  boxName(): string;

  random(out: Bytes): void;
  publicKey(out: Bytes, privateKey: Bytes): void;
  dh(out: Bytes, privateKey: Bytes, publicKey: Bytes): number;
  hash(out: Bytes, message: Bytes): void;
  hmac(out: Bytes, key: Bytes, message: Bytes): void;
  seal(out: Bytes, key: Bytes, nonce: Bytes, plaintext: Bytes): void;
  open(out: Bytes, key: Bytes, nonce: Bytes, box: Bytes): number;
  hsalsa20(out: Bytes, key: Bytes, input: Bytes): void;
  equal(a: Bytes, b: Bytes): boolean;

  boottimeMicros(): number;
  netnsCookie(): number;
  lock(path: string): number;
  harden(): number;
  trim(): number;
  close(descriptor: number): number;
  interfaceIndex(name: string): number;
  tunOpen(name: string, options: { tap: boolean; multiQueue: boolean; first: boolean }): number;
  udpOpen(family: 4 | 6, options: { port: number; fwMark: number; reusePort: boolean }): number;
  udpPort(descriptor: number): number;

  deviceNew(config: Bytes): number;
  queueAttach(device: number, queue: number, tun: number, udp4: number, udp6: number): number;
  hostWatch(device: number): number;
  offloads(device: number): number;
  pump(device: number, queue: number, ring: Bytes): number;
  wake(device: number, queue: number): number;
  deviceStop(device: number): number;
  deviceFree(device: number): number;

  peerAdd(device: number, peer: number): number;
  peerRemove(device: number, peer: number): number;
  peerEndpoint(device: number, peer: number, endpoint: Bytes): number;
  peerWatch(device: number, peer: number): number;
  peerDiscard(device: number, peer: number): number;
  peersRead(device: number, first: number, count: number, out: Bytes): number;

  sessionAdd(device: number, config: Bytes): number;
  sessionRemove(device: number, index: number): number;
  sessionUse(device: number, index: number, announce: boolean): number;
  sessionSend(device: number, index: number, kind: number, data: Bytes, to: Bytes): number;

  routesSet(device: number, routes: Bytes, count: number): number;
  routeLookup(device: number, family: 4 | 6, address: Bytes): number;
  send(device: number, to: Bytes, datagram: Bytes): number;
  deviceWrite(device: number, packet: Bytes): number;
  countersRead(device: number, out: Bytes): number;
}

const LIBRARY = "tunvpn";
const BUILT = fileURLToPath(new URL("../../native-shim/build/libtunvpn.so", import.meta.url));

/**
 * Loads the shim and checks its ABI version before anything else is called.
 *
 * @throws OperatorError SHIM_MISSING, SHIM_UNUSABLE, SHIM_OUTDATED, BOX_UNAVAILABLE
 */
export function openShim(path = BUILT): Shim {
  if (!existsSync(path)) throw shimMissing({ path });
  try {
    ffi.open({ library: LIBRARY, path });
  } catch (error) {
    throw shimUnusable({ path, reason: error instanceof Error ? error.message : String(error) });
  }
  const found = abiVersion();
  if (found !== SHIM_ABI) throw shimOutdated({ path, found, wanted: SHIM_ABI });
  const tv = bind();
  start(tv, path);
  return { ...text(tv), ...crypto(tv), ...kernel(tv), ...device(tv), ...peers(tv) };
}

function abiVersion(): number | undefined {
  try {
    return ffi.load({ library: LIBRARY, funcName: "tv_abi", retType: U32, paramsType: [], paramsValue: [] });
  } catch {
    return undefined;
  }
}

function bind(): Calls {
  const define = Object.entries(SIGNATURES).map(([name, [retType, ...paramsType]]) => [name, { library: LIBRARY, retType, paramsType }]);
  return ffi.define(Object.fromEntries(define)) as Calls;
}

/** The shim reads TUNVPN_BOX, once a process. */
function start(tv: Calls, path: string): void {
  const result = tv.tv_init([]);
  if (isErrno(result, "ENOTSUP")) throw boxUnavailable({ wanted: process.env.TUNVPN_BOX });
  if (result < 0) throw shimUnusable({ path, reason: `libsodium does not work, ${errnoName(result)}` });
}

type Calls = Record<keyof typeof SIGNATURES, (values: unknown[]) => number>;

function text(tv: Calls): Pick<Shim, "dropNames" | "boxName"> {
  const read = (call: (values: unknown[]) => number) => {
    const out = Buffer.alloc(1024);
    return out.toString("utf8", 0, call([out, out.length]));
  };
  return { dropNames: () => read(tv.tv_drop_names).split(","), boxName: () => read(tv.tv_box_name) };
}

function crypto(tv: Calls): Pick<Shim, "random" | "publicKey" | "dh" | "hash" | "hmac" | "seal" | "open" | "hsalsa20" | "equal"> {
  return {
    random: (out) => void tv.tv_random([out, out.length]),
    publicKey: (out, privateKey) => void tv.tv_public_key([out, privateKey]),
    dh: (out, privateKey, publicKey) => tv.tv_dh([out, privateKey, publicKey]),
    hash: (out, message) => void tv.tv_hash([out, message, message.length]),
    hmac: (out, key, message) => void tv.tv_hmac([out, key, key.length, message, message.length]),
    seal: (out, key, nonce, plaintext) => void tv.tv_seal([out, key, nonce, plaintext, plaintext.length]),
    open: (out, key, nonce, box) => tv.tv_open([out, key, nonce, box, box.length]),
    hsalsa20: (out, key, input) => void tv.tv_hsalsa20([out, key, input]),
    equal: (a, b) => a.length === b.length && tv.tv_equal([a, b, a.length]) === 1,
  };
}

function kernel(
  tv: Calls,
): Pick<
  Shim,
  "boottimeMicros" | "netnsCookie" | "lock" | "harden" | "trim" | "close" | "interfaceIndex" | "tunOpen" | "udpOpen" | "udpPort"
> {
  const string = (value: string) => Buffer.from(`${value}\0`);
  return {
    boottimeMicros: () => tv.tv_boottime_us([]),
    netnsCookie: () => tv.tv_netns_cookie([]),
    lock: (path) => tv.tv_lock([string(path)]),
    harden: () => tv.tv_harden([]),
    trim: () => tv.tv_trim([]),
    close: (descriptor) => tv.tv_close([descriptor]),
    interfaceIndex: (name) => tv.tv_if_index([string(name)]),
    tunOpen: (name, { tap, multiQueue, first }) => tv.tv_tun_open([string(name), Number(tap), Number(multiQueue), Number(first)]),
    udpOpen: (family, { port, fwMark, reusePort }) => tv.tv_udp_open([family, port, fwMark, Number(reusePort)]),
    udpPort: (descriptor) => tv.tv_udp_port([descriptor]),
  };
}

function device(
  tv: Calls,
): Pick<
  Shim,
  | "deviceNew"
  | "queueAttach"
  | "hostWatch"
  | "offloads"
  | "pump"
  | "wake"
  | "deviceStop"
  | "deviceFree"
  | "routesSet"
  | "routeLookup"
  | "send"
  | "deviceWrite"
  | "countersRead"
> {
  return {
    deviceNew: (config) => tv.tv_device_new([config]),
    queueAttach: (handle, queue, tun, udp4, udp6) => tv.tv_queue_attach([handle, queue, tun, udp4, udp6]),
    hostWatch: (handle) => tv.tv_host_watch([handle]),
    offloads: (handle) => tv.tv_offloads([handle]),
    pump: (handle, queue, ring) => tv.tv_pump([handle, queue, ring, ring.length]),
    wake: (handle, queue) => tv.tv_wake([handle, queue]),
    deviceStop: (handle) => tv.tv_device_stop([handle]),
    deviceFree: (handle) => tv.tv_device_free([handle]),
    routesSet: (handle, routes, count) => tv.tv_routes_set([handle, routes, count]),
    routeLookup: (handle, family, address) => tv.tv_route_lookup([handle, family, address]),
    send: (handle, to, datagram) => tv.tv_send([handle, to, datagram, datagram.length]),
    deviceWrite: (handle, packet) => tv.tv_device_write([handle, packet, packet.length]),
    countersRead: (handle, out) => tv.tv_counters_read([handle, out]),
  };
}

function peers(
  tv: Calls,
): Pick<
  Shim,
  | "peerAdd"
  | "peerRemove"
  | "peerEndpoint"
  | "peerWatch"
  | "peerDiscard"
  | "peersRead"
  | "sessionAdd"
  | "sessionRemove"
  | "sessionUse"
  | "sessionSend"
> {
  return {
    peerAdd: (handle, peer) => tv.tv_peer_add([handle, peer]),
    peerRemove: (handle, peer) => tv.tv_peer_remove([handle, peer]),
    peerEndpoint: (handle, peer, endpoint) => tv.tv_peer_endpoint([handle, peer, endpoint]),
    peerWatch: (handle, peer) => tv.tv_peer_watch([handle, peer]),
    peerDiscard: (handle, peer) => tv.tv_peer_discard([handle, peer]),
    peersRead: (handle, first, count, out) => tv.tv_peers_read([handle, first, count, out]),
    sessionAdd: (handle, config) => tv.tv_session_add([handle, config]),
    sessionRemove: (handle, index) => tv.tv_session_remove([handle, index]),
    sessionUse: (handle, index, announce) => tv.tv_session_use([handle, index, Number(announce)]),
    sessionSend: (handle, index, kind, data, to) => tv.tv_session_send([handle, index, kind, data, data.length, to]),
  };
}
