/**
 * Keeping a link alive: empty packets for the sender's peace of mind, handshakes after silence, PINGs where configured.
 *
 * The data plane notes when a peer sent and received; "active" comes once when that begins, and from then on a deadline looks at
 * the notes until nothing is owed either way.
 *
 * @see docs/protocol.md §7
 */
import type { Now } from "../base/time.js";
import type { Calling } from "./calling.js";
import type { NodeContext } from "./context.js";
import { KEEPALIVE_TIMEOUT, PINGS_UNANSWERED, RETRY_JITTER, SILENCE_TIMEOUT } from "./limits.js";
import type { Peer } from "./peer.js";
import type { Pinging } from "./pinging.js";
import type { Sessions } from "./sessions.js";

export class Keeping {
  constructor(
    private readonly context: NodeContext,
    private readonly sessions: Sessions,
    private readonly calling: Calling,
    private readonly pinging: Pinging,
  ) {}

  onActive(peer: Peer, now: Now): void {
    peer.deadlines.setNoLater("traffic", now.boot + KEEPALIVE_TIMEOUT);
  }

  /** Looks at what is owed: an empty packet to the peer, or an answer to us. */
  onTraffic(peer: Peer, now: Now): void {
    const { unansweredReceivedAt, unansweredSentAt } = this.context.traffic(peer.id);
    const session = peer.usable(now.boot);
    if (unansweredReceivedAt > 0) {
      const due = unansweredReceivedAt + KEEPALIVE_TIMEOUT;
      if (now.boot < due) peer.deadlines.setNoLater("traffic", due);
      else if (session) this.sessions.sendEmpty(session);
    }
    if (unansweredSentAt > 0 && session) {
      const due = unansweredSentAt + SILENCE_TIMEOUT;
      if (now.boot >= due) this.calling.start(peer, now);
      else peer.deadlines.setNoLater("traffic", due + this.context.jitter(RETRY_JITTER));
    }
    if (!peer.deadlines.has("traffic")) this.context.emit({ type: "watch", peer: peer.id });
  }

  /** A persistent keepalive is due, unless something was sent meanwhile. */
  onPing(peer: Peer, now: Now): void {
    const session = peer.usable(now.boot);
    if (session === undefined) return;
    const interval = peer.settings.persistentKeepalive;
    const due = this.context.traffic(peer.id).sentAt + interval;
    if (now.boot < due) return peer.deadlines.set("ping", due);
    peer.deadlines.set("ping", now.boot + interval);
    if (peer.pings.length >= PINGS_UNANSWERED) this.calling.start(peer, now);
    this.pinging.ping(peer, session, now);
  }
}
