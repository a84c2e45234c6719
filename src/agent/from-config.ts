/** What a config means to the data plane and to the node. */
import { addressBits } from "../base/address.js";
import { SECOND } from "../base/time.js";
import type { Config } from "../config/config.js";
import type { DeviceRequest } from "../dataplane/device.js";
import { RX_MAX, STAGED_PER_DEVICE, STAGED_PER_PEER } from "../protocol/limits.js";
import type { NodeSettings } from "../protocol/node.js";
import { CAPABILITY } from "../protocol/wire/capabilities.js";
import type { RouteLayout } from "../shim/layouts.js";

/** Queues unless the file says otherwise. */
const DEFAULT_QUEUES = 1;
/** What sealing and padding add to an inner packet at most. */
const OVERHEAD = 48;
const NO_KEY = new Uint8Array(32);

export function deviceRequest(config: Config): DeviceRequest {
  const { mtu, listenPort, fwMark, queues } = config.interface;
  return {
    name: config.name,
    mtu,
    listenPort,
    fwMark,
    queues: queues || DEFAULT_QUEUES,
    peersMax: Math.max(1, config.peers.length),
    stagedMax: STAGED_PER_DEVICE,
    stagedMaxPeer: STAGED_PER_PEER,
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
