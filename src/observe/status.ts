/**
 * The status document: `status --json`, the control socket's `/v1/status`, and what `status` and `show` print.
 *
 * Version 1 only gains fields.
 *
 * @see docs/architecture.md § status
 */
import type { ErrorReport } from "../base/errors.js";
import type { PeerState } from "../protocol/reasons.js";

export interface StatusDocument {
  readonly version: 1;
  readonly interfaces: readonly InterfaceStatus[];
}

export interface InterfaceStatus {
  readonly name: string;
  readonly mode: "tun" | "tap";
  /** Base64. */
  readonly publicKey: string;
  readonly listenPort: number;
  /** 0 when off. */
  readonly fwMark: number;
  readonly mtu: number;
  readonly addresses: readonly string[];
  /** Of the agent. */
  readonly pid: number;
  readonly agentVersion: string;
  readonly queues: number;
  /** The box implementation in use. */
  readonly box: string;
  readonly offloads: readonly string[];
  /** DATA, messages of its own among it: packets, and bytes of UDP payload. */
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rxPackets: number;
  readonly txPackets: number;
  /** Dropped packets by reason; reasons that never occurred are left out. */
  readonly drops: Readonly<Record<string, number>>;
  /** Who called in the last minutes with a key that no peer has, the latest first: at most eight. Older agents do not tell. */
  readonly strangers?: readonly StrangerStatus[];
  readonly peers: readonly PeerStatus[];
}

export interface StrangerStatus {
  readonly publicKey: string;
  readonly endpoint: string;
  /** Epoch seconds. */
  readonly lastCall: number;
}

export interface PeerStatus {
  readonly name: string;
  readonly publicKey: string;
  readonly presharedKey: boolean;
  /** Where packets go, or null when that is not known. */
  readonly endpoint: string | null;
  readonly allowedIps: readonly string[];
  /** Seconds, 0 when off. */
  readonly persistentKeepalive: number;
  readonly state: PeerState;
  /** Epoch seconds, 0 for never. */
  readonly lastHandshake: number;
  /** Bytes of UDP payload. */
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rttMs: number | null;
  /** Null until the path was probed. */
  readonly pathMtu: number | null;
  /** Its program and version, as it says; null until it said so. Escaped: the peer chose it. */
  readonly agent: string | null;
  /** Of its interface, as it says. */
  readonly mtu: number | null;
  readonly drops: Readonly<Record<string, number>>;
  /** Why there is no link. */
  readonly lastError: ErrorReport | null;
}
