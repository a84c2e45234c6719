import type { PeerId } from "./effects.js";
import type { Peer, PeerDeadline } from "./peer.js";
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

/** What a node tells of its inside, so that it can be watched. */
export class Insight {
  readonly #deadlines = new Map<PeerDeadline, number>();

  constructor(
    private readonly peers: ReadonlyMap<PeerId, Peer>,
    private readonly pending: PendingSessions,
  ) {}

  countDeadline(name: PeerDeadline): void {
    this.#deadlines.set(name, (this.#deadlines.get(name) ?? 0) + 1);
  }

  /** How often each deadline came, by its name. */
  deadlines(): ReadonlyMap<PeerDeadline, number> {
    return this.#deadlines;
  }

  /** @returns undefined when there is no such peer */
  holdings(id: PeerId): Holdings | undefined {
    const peer = this.peers.get(id);
    return (
      peer && {
        handshakes: peer.handshakes.length,
        pending: peer.pending.length,
        retired: peer.retired.length,
        pings: peer.pings.length,
        heldDown: peer.heldDown.size,
        devicePending: this.pending.size,
        deviceAnswered: this.pending.answered,
      }
    );
  }
}
