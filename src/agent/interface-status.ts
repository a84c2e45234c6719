/** An agent's part of the status document. */
import { formatEndpoint } from "../base/endpoint.js";
import { formatPrefix } from "../base/prefix.js";
import { SECOND } from "../base/time.js";
import type { Config } from "../config/config.js";
import type { Device } from "../dataplane/device.js";
import { linkError } from "../observe/link-error.js";
import type { InterfaceStatus, PeerStatus } from "../observe/status.js";
import type { Node } from "../protocol/node.js";
import type { Clock } from "./clock.js";
import { VERSION } from "./version.js";

export interface StatusSources {
  readonly config: Config;
  readonly node: Node;
  readonly device: Device;
  readonly clock: Clock;
  readonly queues: number;
  readonly box: string;
}

export function interfaceStatus(sources: StatusSources): InterfaceStatus {
  const { config, device, node, queues, box } = sources;
  const { publicKey, fwMark, mtu, addresses } = config.interface;
  const { drops, ...traffic } = device.counters();
  return {
    name: config.name,
    mode: "tun",
    publicKey: publicKey.toString(),
    listenPort: device.port,
    fwMark,
    mtu,
    addresses: addresses.map(formatPrefix),
    pid: process.pid,
    agentVersion: VERSION,
    queues,
    box,
    offloads: device.offloads,
    ...traffic,
    drops: addDrops(namedDrops(device.dropNames, drops), node.drops()),
    peers: config.peers.map((_, id) => peerStatus(sources, id)).filter((peer) => peer !== undefined),
  };
}

function peerStatus({ config, device, node, clock }: StatusSources, id: number): PeerStatus | undefined {
  const peer = config.peers[id];
  const link = node.link(id, clock().boot);
  if (peer === undefined || link === undefined) return undefined;
  const { rxBytes, txBytes, drops } = device.peerStats(id);
  return {
    name: peer.name,
    publicKey: peer.publicKey.toString(),
    presharedKey: peer.presharedKey !== undefined,
    endpoint: link.endpoint ? formatEndpoint(link.endpoint) : null,
    allowedIps: peer.allowedIps.map(formatPrefix),
    persistentKeepalive: peer.persistentKeepalive,
    state: link.state,
    lastHandshake: Math.floor(link.lastHandshake / SECOND),
    rxBytes,
    txBytes,
    rttMs: link.roundTrip === undefined ? null : Math.round(link.roundTrip * 1000) / 1000,
    pathMtu: null,
    drops: namedDrops(device.dropNames, drops),
    lastError: link.reason ? linkError(link.reason, peer.name) : null,
  };
}

function namedDrops(names: readonly string[], counts: readonly number[]): Record<string, number> {
  const entries = names.map((name, reason) => [name, counts[reason] ?? 0] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

/** The control thread's drops beside the data plane's, a reason that both know as one. */
function addDrops(drops: Record<string, number>, more: ReadonlyMap<string, number>): Record<string, number> {
  const sum = { ...drops };
  for (const [reason, count] of more) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
