import { formatConfiguredEndpoint } from "../base/endpoint.js";
import { invariant } from "../base/invariant.js";
import { formatPrefix, type IpPrefix } from "../base/prefix.js";
import { type Config, DEFAULT_MTU, defaultPeerName, type InterfaceConfig, type PeerConfig } from "./config.js";
import type { KeyDefinition } from "./key-definition.js";
import { INTERFACE_KEYS, PEER_KEYS } from "./keys.js";

/**
 * The text of a config file, secrets included. Parsed again it gives the same config; its name and path are not in it.
 *
 * @param heading lines of comment for the top
 */
export function formatConfig(config: Pick<Config, "interface" | "peers">, heading: readonly string[] = []): string {
  invariant(
    heading.every((line) => !line.includes("\n")),
    "a line of the heading is one line",
  );
  const head = heading.map((line) => (line === "" ? "#" : `# ${line}`)).join("\n");
  const sections = [
    section("Interface", interfaceEntries(config.interface)),
    ...config.peers.map((peer) => section("Peer", peerEntries(peer))),
  ];
  return `${[...(head === "" ? [] : [head]), ...sections].join("\n\n")}\n`;
}

/** A key and its value; undefined leaves the line out. */
type Entry = readonly [KeyDefinition<unknown>, string | undefined];

function interfaceEntries(config: InterfaceConfig): Entry[] {
  return [
    [INTERFACE_KEYS.privateKey, config.privateKey.reveal()],
    [INTERFACE_KEYS.listenPort, unless(0, config.listenPort)],
    [INTERFACE_KEYS.fwMark, config.fwMark === 0 ? undefined : `0x${config.fwMark.toString(16)}`],
    [INTERFACE_KEYS.address, prefixes(config.addresses)],
    [INTERFACE_KEYS.mtu, unless(DEFAULT_MTU, config.mtu)],
    [INTERFACE_KEYS.networkName, config.networkName === "" ? undefined : config.networkName],
    [INTERFACE_KEYS.networkKey, config.networkKey?.reveal()],
    [INTERFACE_KEYS.queues, unless(0, config.queues)],
  ];
}

function peerEntries(peer: PeerConfig): Entry[] {
  return [
    [PEER_KEYS.name, peer.name === defaultPeerName(peer.publicKey) ? undefined : peer.name],
    [PEER_KEYS.publicKey, peer.publicKey.toString()],
    [PEER_KEYS.presharedKey, peer.presharedKey?.reveal()],
    [PEER_KEYS.allowedIps, prefixes(peer.allowedIps)],
    [PEER_KEYS.endpoint, peer.endpoint && formatConfiguredEndpoint(peer.endpoint)],
    [PEER_KEYS.persistentKeepalive, unless(0, peer.persistentKeepalive)],
  ];
}

function section(name: string, entries: readonly Entry[]): string {
  const lines = entries.flatMap(([key, value]) => (value === undefined ? [] : [`${key.name} = ${readable(value)}`]));
  return [`[${name}]`, ...lines].join("\n");
}

/** A value that parsing would not give back is not one that parsing ever gave. */
function readable(value: string): string {
  invariant(value !== "" && value === value.trim() && !/[#\n]/.test(value), "a value can be written in a config file");
  return value;
}

function unless(absent: number, value: number): string | undefined {
  return value === absent ? undefined : String(value);
}

function prefixes(list: readonly IpPrefix[]): string | undefined {
  return list.length === 0 ? undefined : list.map(formatPrefix).join(", ");
}
