/** `tunvpn status` for people. */
import { formatByteCount } from "./byte-count.js";
import { formatDrops } from "./drops.js";
import { formatRoundTrip, formatShortDuration } from "./duration.js";
import { unknownCaller } from "./link-error.js";
import { formatPrefixes } from "./prefix-list.js";
import { paintReport } from "./report.js";
import type { InterfaceStatus, PeerStatus, StatusDocument } from "./status.js";
import type { Style } from "./style.js";
import { type Cell, type Column, formatTable, tableWidth } from "./text-table.js";

export interface StatusView {
  /** Epoch seconds. */
  readonly now: number;
  /** Columns of the terminal; undefined: as wide as it gets. */
  readonly width: number | undefined;
  readonly style: Style;
}

const INDENT = "  ";
const NONE = "-";

/**
 * A block for each interface: what it is, its peers with `state` word for word, why links are missing, what was dropped.
 *
 * @returns lines joined by newlines; "" without interfaces
 */
export function formatStatus(document: StatusDocument, view: StatusView): string {
  return document.interfaces.map((status) => formatInterface(status, view).join("\n")).join("\n\n");
}

function formatInterface(status: InterfaceStatus, view: StatusView): string[] {
  const drops = formatDrops(status);
  const sections = [
    formatFacts(status),
    status.peers.length === 0 ? ["no peers"] : formatPeers(status.peers, view),
    status.peers.flatMap((peer) => (peer.lastError === null ? [] : paintReport(peer.lastError, view.style).split("\n"))),
    (status.strangers ?? []).flatMap((stranger) => paintReport(unknownCaller(stranger), view.style, "warning").split("\n")),
    drops === undefined ? [] : [view.style.careful(drops)],
  ];
  const blocks = sections.filter((lines) => lines.length > 0).map((lines) => lines.map((line) => INDENT + line));
  const head = formatHead(status, view.style);
  return [head, ...blocks.flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]))];
}

function formatHead(status: InterfaceStatus, style: Style): string {
  const facts = [status.mode, addressList(status.addresses), `UDP port ${status.listenPort}`, `MTU ${status.mtu}`];
  return [style.strong(status.name), ...facts].join(INDENT);
}

function formatFacts(status: InterfaceStatus): string[] {
  const queues = status.queues === 1 ? "1 queue" : `${status.queues} queues`;
  const offloads = status.offloads.length === 0 ? "no offloads" : `offloads ${status.offloads.join(" ")}`;
  const received = `${formatByteCount(status.rxBytes)} received in ${packets(status.rxPackets)}`;
  const sent = `${formatByteCount(status.txBytes)} sent in ${packets(status.txPackets)}`;
  return [
    `public key ${status.publicKey}`,
    `agent ${status.pid}, tunvpn ${status.agentVersion}, ${queues}, box ${status.box}, ${offloads}`,
    `${received}, ${sent}`,
  ];
}

function formatPeers(peers: readonly PeerStatus[], view: StatusView): string[] {
  const width = view.width === undefined ? undefined : Math.max(0, view.width - INDENT.length);
  return formatTable(fittingColumns(peers, view, width), view.style);
}

/** What a narrow terminal does without, the least missed first. */
const DISPENSABLE = ["PATH-MTU", "RTT", "TX", "RX", "ALLOWED-IPS"];

/** Shortens the lists of prefixes, and then leaves out columns, until the table fits or holds nothing that can be missed. */
function fittingColumns(peers: readonly PeerStatus[], view: StatusView, width: number | undefined): Column[] {
  const whole = peerColumns(peers, view, Number.POSITIVE_INFINITY);
  if (width === undefined || tableWidth(whole) <= width) return whole;
  const narrowest = peerColumns(peers, view, 0);
  const spare = width - tableWidth(narrowest);
  if (spare >= 0) return peerColumns(peers, view, prefixWidth(narrowest) + spare);
  let columns = narrowest;
  for (const heading of DISPENSABLE) {
    if (tableWidth(columns) <= width) break;
    columns = columns.filter((column) => column.heading !== heading);
  }
  return columns;
}

function prefixWidth(columns: readonly Column[]): number {
  const column = columns.find(({ heading }) => heading === "ALLOWED-IPS");
  return column === undefined ? 0 : tableWidth([column]);
}

function peerColumns(peers: readonly PeerStatus[], view: StatusView, prefixes: number): Column[] {
  const column = (heading: string, align: Column["align"], cell: (peer: PeerStatus) => Cell): Column => ({
    heading,
    align,
    cells: peers.map(cell),
  });
  const probed = peers.some((peer) => peer.pathMtu !== null);
  return [
    column("NAME", "left", (peer) => ({ text: peer.name })),
    column("STATE", "left", (peer) => ({ text: peer.state, paint: statePaint(peer, view.style) })),
    column("ENDPOINT", "left", (peer) => ({ text: peer.endpoint ?? NONE })),
    column("ALLOWED-IPS", "left", (peer) => ({ text: formatPrefixes(peer.allowedIps, prefixes) })),
    column("HANDSHAKE", "left", (peer) => ({ text: handshakeAge(peer, view.now) })),
    column("RTT", "right", (peer) => ({ text: peer.rttMs === null ? NONE : formatRoundTrip(peer.rttMs) })),
    ...(probed ? [column("PATH-MTU", "right", (peer) => ({ text: peer.pathMtu === null ? NONE : String(peer.pathMtu) }))] : []),
    column("RX", "right", (peer) => ({ text: formatByteCount(peer.rxBytes) })),
    column("TX", "right", (peer) => ({ text: formatByteCount(peer.txBytes) })),
  ];
}

function statePaint(peer: PeerStatus, style: Style): (text: string) => string {
  const paints = { idle: style.faint, handshaking: style.careful, established: style.good, unreachable: style.bad };
  return paints[peer.state];
}

function handshakeAge(peer: PeerStatus, now: number): string {
  if (peer.lastHandshake === 0) return "never";
  // Each clock is read to the second, and the agent's may be read later.
  return `${formatShortDuration(Math.max(0, Math.floor(now) - peer.lastHandshake))} ago`;
}

function addressList(addresses: readonly string[]): string {
  return addresses.length === 0 ? "no address" : addresses.join(", ");
}

function packets(count: number): string {
  return count === 1 ? "1 packet" : `${count} packets`;
}
