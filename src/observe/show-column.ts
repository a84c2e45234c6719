/**
 * The columns of `wg show` for scripts: tabs between fields, a line a peer, and the interface's name first when it is asked
 * of all of them. No secret leaves the agent: the private key is `(none)`, a pre-shared key `(hidden)` where there is one.
 */
import { formatFwMark } from "./show.js";
import type { InterfaceStatus, PeerStatus, StatusDocument } from "./status.js";

const NONE = "(none)";
const OFF = "off";

/** What wg calls them. */
export const SHOW_COLUMNS = [
  "dump",
  "public-key",
  "private-key",
  "listen-port",
  "fwmark",
  "peers",
  "preshared-keys",
  "endpoints",
  "allowed-ips",
  "latest-handshakes",
  "transfer",
  "persistent-keepalive",
] as const;
export type ShowColumn = (typeof SHOW_COLUMNS)[number];

/** @param all whether the interface's name starts each line */
export function formatShowColumn(document: StatusDocument, column: ShowColumn, all: boolean): string {
  return document.interfaces
    .flatMap((status) => linesOf(status, column).map((fields) => (all ? [status.name, ...fields] : fields)))
    .map((fields) => fields.join("\t"))
    .join("\n");
}

function linesOf(status: InterfaceStatus, column: ShowColumn): string[][] {
  const everyPeer = (fields: (peer: PeerStatus) => string[]) => status.peers.map((peer) => [peer.publicKey, ...fields(peer)]);
  switch (column) {
    case "dump":
      return [ownFields(status), ...status.peers.map(peerFields)];
    case "public-key":
      return [[status.publicKey]];
    case "private-key":
      return [[NONE]];
    case "listen-port":
      return [[String(status.listenPort)]];
    case "fwmark":
      return [[fwMark(status)]];
    case "peers":
      return everyPeer(() => []);
    case "preshared-keys":
      return everyPeer((peer) => [presharedKey(peer)]);
    case "endpoints":
      return everyPeer((peer) => [peer.endpoint ?? NONE]);
    case "allowed-ips":
      return everyPeer((peer) => [allowedIps(peer, " ")]);
    case "latest-handshakes":
      return everyPeer((peer) => [String(peer.lastHandshake)]);
    case "transfer":
      return everyPeer((peer) => [String(peer.rxBytes), String(peer.txBytes)]);
    case "persistent-keepalive":
      return everyPeer((peer) => [keepalive(peer)]);
  }
}

function ownFields(status: InterfaceStatus): string[] {
  return [NONE, status.publicKey, String(status.listenPort), fwMark(status)];
}

function peerFields(peer: PeerStatus): string[] {
  const traffic = [peer.lastHandshake, peer.rxBytes, peer.txBytes].map(String);
  return [peer.publicKey, presharedKey(peer), peer.endpoint ?? NONE, allowedIps(peer, ","), ...traffic, keepalive(peer)];
}

function fwMark(status: InterfaceStatus): string {
  return status.fwMark === 0 ? OFF : formatFwMark(status.fwMark);
}

function presharedKey(peer: PeerStatus): string {
  return peer.presharedKey ? "(hidden)" : NONE;
}

function allowedIps(peer: PeerStatus, separator: string): string {
  return peer.allowedIps.length === 0 ? NONE : peer.allowedIps.join(separator);
}

function keepalive(peer: PeerStatus): string {
  return peer.persistentKeepalive === 0 ? OFF : String(peer.persistentKeepalive);
}
