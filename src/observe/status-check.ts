/**
 * `tunvpn status --check`: one line and an exit code, as Nagios and its kin expect them of a plugin.
 *
 * A peer is usable when it is established, or idle and so ready to call. An interface is ok when all its peers are usable,
 * critical when none is, and a warning in between. Several interfaces are as bad as the worst.
 */
import type { PeerState } from "../protocol/reasons.js";
import type { InterfaceStatus, PeerStatus, StatusDocument } from "./status.js";

export type Health = "ok" | "warning" | "critical" | "unknown";

export interface StatusCheck {
  readonly health: Health;
  /** 0, 1, 2 or 3, in the order of {@link Health}. */
  readonly exitCode: 0 | 1 | 2 | 3;
  /** The status, what it is about, and counts after a bar. */
  readonly line: string;
}

const EXIT_CODES = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;
const STATES: readonly PeerState[] = ["established", "idle", "handshaking", "unreachable"];

export function checkStatus(document: StatusDocument): StatusCheck {
  const { interfaces } = document;
  if (interfaces.length === 0) return unknownStatus("no interface is up");
  const health = worst(interfaces.map(healthOf));
  const text = interfaces.map(formatHealth).join("; ");
  return result(health, `${text} | ${interfaces.flatMap(performanceData).join(" ")}`);
}

/** When no status can be had. @param why one line */
export function unknownStatus(why: string): StatusCheck {
  return result("unknown", why.replace(/[|\n]/g, " "));
}

function result(health: Health, text: string): StatusCheck {
  return { health, exitCode: EXIT_CODES[health], line: `TUNVPN ${health.toUpperCase()} - ${text}` };
}

function worst(healths: readonly Health[]): Health {
  const order: readonly Health[] = ["critical", "warning"];
  return order.find((health) => healths.includes(health)) ?? "ok";
}

function healthOf(status: InterfaceStatus): Health {
  const usable = status.peers.filter(isUsable).length;
  if (usable === status.peers.length) return "ok";
  return usable === 0 ? "critical" : "warning";
}

function isUsable(peer: PeerStatus): boolean {
  return peer.state === "established" || peer.state === "idle";
}

function formatHealth(status: InterfaceStatus): string {
  if (status.peers.length === 0) return `${status.name}: no peers`;
  const usable = status.peers.filter(isUsable).length;
  const troubled = status.peers.filter((peer) => !isUsable(peer)).map(formatTrouble);
  const count = `${status.name}: ${usable} of ${status.peers.length} ${status.peers.length === 1 ? "peer" : "peers"} usable`;
  return [count, ...troubled].join(", ");
}

function formatTrouble(peer: PeerStatus): string {
  // A bar would start the counts.
  const name = peer.name.replaceAll("|", "/");
  return `${name} ${peer.state}${peer.lastError === null ? "" : ` (${peer.lastError.code})`}`;
}

/** `'label'=value`, one a state. */
function performanceData(status: InterfaceStatus): string[] {
  return STATES.map((state) => `'${status.name} ${state}'=${status.peers.filter((peer) => peer.state === state).length}`);
}
