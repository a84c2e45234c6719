/**
 * What goes into the node and what comes out. Effects are data, carried out in order by whoever drives the node: the agent on
 * the shim, tests in memory.
 */
import type { IpAddress } from "../base/address.js";
import type { Endpoint } from "../base/endpoint.js";
import type { IpPrefix } from "../base/prefix.js";
import type { BootMillis } from "../base/time.js";
import type { Reason, Stranger } from "./reasons.js";

/** A peer's place in the configuration: small, stable while the peer exists. */
export type PeerId = number;

/** A session as the data plane holds it. Its subkeys are wiped by the receiver of the effect. */
export interface SessionInstall {
  /** Ours: what the peer writes as receiver_index. */
  readonly index: number;
  readonly remoteIndex: number;
  readonly peer: PeerId;
  /** What both sides set. */
  readonly capabilities: number;
  /** Whether its first DATA makes it the one to send under: it is pending until then. */
  readonly promote: boolean;
  /** Whether only data makes a rekey due: the responder's, who steps in for the initiator. */
  readonly rekeyOnData: boolean;
  /** What "generation" last told of, 0 before: of another one it may open and not seal. */
  readonly generation: number;
  readonly rekeyAt: BootMillis;
  readonly expiresAt: BootMillis;
  /** Six of 32 bytes, in the order of the kinds. */
  readonly sendSubkeys: Uint8Array;
  readonly receiveSubkeys: Uint8Array;
}

/** What changed of the host that we run on. */
export type HostChange =
  /** An address that can be used, perhaps already before: the kernel tells of a new lifetime as well. */
  | { readonly what: "address"; readonly address: IpAddress; readonly interface: number }
  | { readonly what: "address-gone"; readonly address: IpAddress; readonly interface: number }
  /** A route for a network, new or gone. */
  | { readonly what: "route"; readonly network: IpPrefix }
  /** Nobody knows. */
  | { readonly what: "anything" };

export type Input =
  /** A handshake message. */
  | { readonly type: "message"; readonly datagram: Uint8Array; readonly source: Endpoint }
  /** The first DATA opened under a session. */
  | { readonly type: "first-received"; readonly index: number; readonly source: Endpoint }
  /** Traffic waits for a peer without a usable session. */
  | { readonly type: "no-session"; readonly peer: PeerId }
  /** A session was used for sending past its time. */
  | { readonly type: "rekey"; readonly index: number }
  /** A watched peer sent or received data. */
  | { readonly type: "active"; readonly peer: PeerId }
  /** A probe or control message that opened under a session. */
  | { readonly type: "opened"; readonly index: number; readonly kind: number; readonly plaintext: Uint8Array; readonly source: Endpoint }
  /** The newest packet under a session came from another address than the peer's active endpoint. */
  | { readonly type: "moved"; readonly index: number; readonly source: Endpoint }
  /** A handshake message of another version came, and was dropped. */
  | { readonly type: "other-version"; readonly version: number; readonly source: Endpoint }
  /** Memory may have been copied: the data plane seals no more under sessions of another generation than this. */
  | { readonly type: "generation"; readonly generation: number }
  /** The data plane does not send under a session, though it was told to. */
  | { readonly type: "unusable"; readonly index: number }
  /** DATA for no session of ours. */
  | { readonly type: "unknown-index"; readonly source: Endpoint }
  /** The host's addresses or routes changed, not counting those of our own interface. */
  | { readonly type: "host-changed"; readonly change: HostChange }
  /** A configured endpoint's host was resolved, or not. */
  | { readonly type: "resolved"; readonly peer: PeerId; readonly endpoints: readonly Endpoint[] }
  /** The kernel refused to send a handshake message. */
  | { readonly type: "send-failed"; readonly peer: PeerId; readonly to: Endpoint; readonly error: string }
  /** Someone waits for this peer to be connected. */
  | { readonly type: "connect"; readonly peer: PeerId };

export type Effect =
  | { readonly type: "send"; readonly peer: PeerId; readonly to: Endpoint; readonly datagram: Uint8Array }
  /** Receive under a new session. */
  | { readonly type: "install"; readonly session: SessionInstall }
  /** Send under it from now on, first what is staged; an empty packet when nothing is. */
  | { readonly type: "use"; readonly index: number }
  | { readonly type: "remove"; readonly index: number }
  /** Seal and send one message; without `to`, to the peer's active endpoint. */
  | { readonly type: "seal"; readonly index: number; readonly kind: number; readonly plaintext: Uint8Array; readonly to?: Endpoint }
  | { readonly type: "endpoint"; readonly peer: PeerId; readonly endpoint: Endpoint }
  /** Ask for one "active" when the peer next sends or receives data. */
  | { readonly type: "watch"; readonly peer: PeerId }
  | { readonly type: "discard-staged"; readonly peer: PeerId }
  /** Resolve the configured endpoint's host, and answer with "resolved". */
  | { readonly type: "resolve"; readonly peer: PeerId }
  /** Why there is no link: once for each reason, until there is one. */
  | { readonly type: "trouble"; readonly peer: PeerId; readonly reason: Reason }
  /** Somebody new whom no peer is. */
  | { readonly type: "stranger"; readonly stranger: Stranger }
  /** Something that an operator may want to read in the log. */
  | { readonly type: "notice"; readonly peer: PeerId; readonly notice: Notice };

export type Notice =
  | "handshake-started"
  | "established"
  | "rekeyed"
  | "session-expired"
  | "goodbye"
  | "gave-up"
  | "moved"
  /** The peer's interface has another MTU than ours. */
  | "mtu-differs";

/** When a peer was last heard and spoken to; the data plane keeps it. Times are 0 for never. */
export interface Traffic {
  readonly receivedAt: BootMillis;
  readonly sentAt: BootMillis;
  /** The first data received since anything was sent, or 0. */
  readonly unansweredReceivedAt: BootMillis;
  /** The first data sent since anything authentic was received, or 0. */
  readonly unansweredSentAt: BootMillis;
}
export type TrafficView = (peer: PeerId) => Traffic;
