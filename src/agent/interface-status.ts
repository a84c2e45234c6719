/** An agent's part of the status document. */
import { formatEndpoint } from "../base/endpoint.js";
import { formatPrefix } from "../base/prefix.js";
import { type BootMillis, SECOND } from "../base/time.js";
import type { Config } from "../config/config.js";
import type { Device } from "../dataplane/device.js";
import { linkError } from "../observe/link-error.js";
import { printable } from "../observe/printable.js";
import type { InterfaceStatus, PeerStatus } from "../observe/status.js";
import type { UpSummary } from "../observe/up-message.js";
import type { Node } from "../protocol/node.js";
import type { PeerStats } from "../shim/layouts.js";
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

export function upSummary({ config, device }: StatusSources): UpSummary {
  return { name: config.name, addresses: config.interface.addresses.map(formatPrefix), listenPort: device.port };
}

export function interfaceStatus(sources: StatusSources): InterfaceStatus {
  const { config, device, node, queues, box, clock } = sources;
  const { publicKey, fwMark, mtu, addresses } = config.interface;
  const { drops, ...traffic } = device.counters();
  const now = clock().boot;
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
    strangers: node.strangers(now).map(({ lastCall, ...who }) => ({ ...who, lastCall: Math.floor(lastCall / SECOND) })),
    peers: device.peersStats(config.peers.length).flatMap((stats, id) => peerStatus(sources, id, stats, now) ?? []),
  };
}

function peerStatus({ config, device, node }: StatusSources, id: number, stats: PeerStats, now: BootMillis): PeerStatus | undefined {
  const peer = config.peers[id];
  const link = node.link(id, now);
  if (peer === undefined || link === undefined) return undefined;
  const { rxBytes, txBytes, drops } = stats;
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
    agent: link.hello ? printable(link.hello.agent) : null,
    mtu: link.hello?.innerMtu ?? null,
    drops: namedDrops(device.dropNames, drops),
    lastError: link.reason ? linkError(link.reason, peer.name) : null,
  };
}

function namedDrops(names: readonly string[], counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(counts.flatMap((count, reason) => (count > 0 ? [[names[reason] ?? "", count]] : [])));
}

/** The control thread's drops beside the data plane's, a reason that both know as one. */
function addDrops(drops: Record<string, number>, more: ReadonlyMap<string, number>): Record<string, number> {
  const sum = { ...drops };
  for (const [reason, count] of more) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
