import type { Peer } from "./peer.js";
import type { PendingSessions } from "./pending-sessions.js";

/** How much a node holds of what others can make grow. Each has its bound in limits.ts. */
export interface Holdings {
  /** Of one peer. */
  readonly handshakes: number;
  readonly pending: number;
  readonly retired: number;
  readonly pings: number;
  readonly heldDown: number;
  /** Of all peers. */
  readonly devicePending: number;
  readonly deviceAnswered: number;
}

export function holdingsOf(peer: Peer, pending: PendingSessions): Holdings {
  return {
    handshakes: peer.handshakes.length,
    pending: peer.pending.length,
    retired: peer.retired.length,
    pings: peer.pings.length,
    heldDown: peer.heldDown.size,
    devicePending: pending.size,
    deviceAnswered: pending.answered,
  };
}
