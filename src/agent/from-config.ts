/** What a config means to the data plane and to the node. */
import { addressBits } from "../base/address.js";
import { SECOND } from "../base/time.js";
import type { Config } from "../config/config.js";
import type { DeviceRequest } from "../dataplane/device.js";
import { CLOCK_REST, CLOCK_STEP, RX_MAX, STAGED_PER_DEVICE, STAGED_PER_PEER } from "../protocol/limits.js";
import type { NodeSettings } from "../protocol/node-settings.js";
import { CAPABILITY } from "../protocol/wire/capabilities.js";
import type { RouteLayout } from "../shim/layouts.js";
import { VERSION } from "./version.js";

/** The most that is taken unasked: each has a thread of its own, with a heap and some megabytes of buffers. */
const QUEUES_UNASKED = 8;
/** What sealing and padding add to an inner packet at most. */
const OVERHEAD = 48;
const NO_KEY = new Uint8Array(32);

/**
 * Queues where the file names none, by the processors that the agent may use: half of them, since the kernel and those who talk need
 * about as much as the tunnel. With two on two processors a TCP stream is slower than with one.
 */
export function defaultQueues(processors: number): number {
  return Math.min(QUEUES_UNASKED, Math.max(1, Math.floor(processors / 2)));
}

/** @param processors that the agent may use */
export function deviceRequest(config: Config, processors: number): DeviceRequest {
  const { mtu, listenPort, fwMark, queues } = config.interface;
  return {
    name: config.name,
    mtu,
    listenPort,
    fwMark,
    queues: queues || defaultQueues(processors),
    peersMax: Math.max(1, config.peers.length),
    stagedMax: STAGED_PER_DEVICE,
    stagedMaxPeer: STAGED_PER_PEER,
    clockStep: CLOCK_STEP,
    clockRest: CLOCK_REST,
  };
}

/** Allowed-ips with their peers' ids, and our own addresses, from which no peer may send. */
export function routeTable({ interface: { addresses }, peers }: Config): RouteLayout[] {
  const own = addresses.map(({ address }) => ({ prefix: { address, length: addressBits(address.family) }, peer: undefined }));
  const allowed = peers.flatMap(({ allowedIps }, peer) => allowedIps.map((prefix) => ({ prefix, peer })));
  return [...own, ...allowed];
}

/** A peer's id is its place in the file. */
export function nodeSettings(config: Config): Omit<NodeSettings, "suite" | "random" | "traffic"> {
  const { privateKey, publicKey, networkName, networkKey } = config.interface;
  return {
    identity: { privateKey: privateKey.bytes, publicKey: publicKey.bytes },
    network: { name: networkName, key: networkKey?.bytes ?? NO_KEY },
    capabilities: CAPABILITY.l3 | CAPABILITY.partialChecksum | CAPABILITY.probe | CAPABILITY.control,
    agent: `tunvpn/${VERSION}`,
    innerMtu: config.interface.mtu,
    rxMax: Math.min(65_535, Math.max(RX_MAX, config.interface.mtu + OVERHEAD)),
    peers: config.peers.map((peer, id) => ({
      id,
      publicKey: peer.publicKey.bytes,
      presharedKey: peer.presharedKey?.bytes ?? NO_KEY,
      endpoint: peer.endpoint,
      persistentKeepalive: peer.persistentKeepalive * SECOND,
    })),
  };
}
