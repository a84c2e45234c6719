/**
 * Why something that a stranger or a peer sent was dropped. Each has a counter; none has a reply, an exception or a log
 * line above trace. Names that the shim counts too are the same there.
 *
 * @see docs/protocol.md §2
 */
export type DropReason =
  /** The first byte is not the message type expected. */
  | "type"
  /** Wrong length for its type. */
  | "length"
  /** Another version of the handshake. */
  | "version"
  /** Reserved bytes or bits that are not zero. */
  | "reserved"
  /** receiver_index names nothing of ours. */
  | "index"
  /** An unknown kind of DATA. */
  | "kind"
  /** A counter at or beyond REJECT_AFTER_MESSAGES. */
  | "counter"
  /** mac1 does not fit: its sender does not know both the receiver's key and the network's, or it was damaged. */
  | "mac1"
  /** A box that does not authenticate. */
  | "auth"
  /** A Diffie-Hellman result of zero. */
  | "dh"
  /** A handshake payload out of range. */
  | "payload"
  /** Mandatory capabilities are missing, or there is neither L3 nor L2 in common. */
  | "capabilities"
  /** A probe or control message that breaks its format. */
  | "malformed"
  /** An INIT that was answered before and is no longer pending. */
  | "answered"
  /** An INIT by a key that no peer has. */
  | "unknown-peer"
  /** An answer to a probe that we did not send. */
  | "unsolicited"
  /** More probes or control messages than are taken in. */
  | "rate"
  /** A control message of a type that this version does not act on. */
  | "control"
  /** A COOKIE, which this version makes no use of. */
  | "cookie";

/** Distinguishes a drop from the result of a function that returns either. */
export function isDrop<T extends object | number>(result: T | DropReason): result is DropReason {
  return typeof result === "string";
}
