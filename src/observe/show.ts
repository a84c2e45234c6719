/**
 * `tunvpn show` in the words and the order of `wg show`, for people. A peer that has a name of its own says it first.
 */
import { formatByteCount } from "./byte-count.js";
import { formatDuration } from "./duration.js";
import type { InterfaceStatus, PeerStatus, StatusDocument } from "./status.js";
import type { Style } from "./style.js";

/** @param now epoch seconds */
export function formatShow(document: StatusDocument, now: number, style: Style): string {
  return document.interfaces.map((status) => showInterface(status, now, style)).join("\n\n");
}

function showInterface(status: InterfaceStatus, now: number, style: Style): string {
  const own = [
    `${style.good(style.strong("interface"))}: ${style.good(status.name)}`,
    fact("public key", status.publicKey, style),
    fact("private key", "(hidden)", style),
    ...(status.listenPort === 0 ? [] : [fact("listening port", String(status.listenPort), style)]),
    ...(status.fwMark === 0 ? [] : [fact("fwmark", formatFwMark(status.fwMark), style)]),
  ];
  const latestFirst = status.peers.toSorted((a, b) => b.lastHandshake - a.lastHandshake);
  return [own, ...latestFirst.map((peer) => showPeer(peer, now, style))].map((lines) => lines.join("\n")).join("\n\n");
}

function showPeer(peer: PeerStatus, now: number, style: Style): string[] {
  const transfer = `${formatByteCount(peer.rxBytes)} received, ${formatByteCount(peer.txBytes)} sent`;
  const named = !peer.publicKey.startsWith(peer.name);
  return [
    `${style.careful(style.strong("peer"))}: ${style.careful(peer.publicKey)}`,
    ...(named ? [fact("name", peer.name, style)] : []),
    ...(peer.presharedKey ? [fact("preshared key", "(hidden)", style)] : []),
    ...(peer.endpoint === null ? [] : [fact("endpoint", peer.endpoint, style)]),
    fact("allowed ips", peer.allowedIps.length === 0 ? "(none)" : peer.allowedIps.join(", "), style),
    ...(peer.lastHandshake === 0 ? [] : [fact("latest handshake", ago(now - peer.lastHandshake), style)]),
    ...(peer.rxBytes === 0 && peer.txBytes === 0 ? [] : [fact("transfer", transfer, style)]),
    ...(peer.persistentKeepalive === 0 ? [] : [fact("persistent keepalive", `every ${formatDuration(peer.persistentKeepalive)}`, style)]),
  ];
}

function fact(label: string, value: string, style: Style): string {
  return `  ${style.strong(label)}: ${value}`;
}

function ago(seconds: number): string {
  if (seconds < 0) return "(System clock wound backward; connection problems may ensue.)";
  return seconds < 1 ? "Now" : `${formatDuration(Math.floor(seconds))} ago`;
}

export function formatFwMark(mark: number): string {
  return `0x${mark.toString(16)}`;
}
