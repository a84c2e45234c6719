/**
 * GOODBYE: a node that ends says so under every session it holds, so that nobody waits for it.
 *
 * It wipes the session that carried it and no other, and disables nobody: traffic calls the peer again.
 *
 * @see docs/protocol.md §9
 */
import type { Now } from "../base/time.js";
import { exonerate } from "./blaming.js";
import type { Calling } from "./calling.js";
import type { NodeContext } from "./context.js";
import { GOODBYE_PAUSE, GOODBYE_PAUSE_JITTER } from "./limits.js";
import type { Peer } from "./peer.js";
import type { Sessions } from "./sessions.js";
import { encodeControl } from "./wire/control.js";
import { KIND } from "./wire/kinds.js";

/** No meaning is given to its values yet. */
const REASON = 0;

export class Farewell {
  constructor(
    private readonly context: NodeContext,
    private readonly sessions: Sessions,
    private readonly calling: Calling,
  ) {}

  /** To a peer, under each session that it may hold. A pending one never sends. */
  say(peer: Peer, now: Now): void {
    const plaintext = encodeControl({ type: "goodbye", reason: REASON });
    for (const { index, expiresAt, generation } of peer.held()) {
      if (now.boot < expiresAt && generation === this.context.generation)
        this.context.emit({ type: "seal", index, kind: KIND.control, plaintext });
    }
  }

  /** Ends a call as well: whoever goes does not answer, and traffic begins another one. */
  onGoodbye(peer: Peer, index: number, now: Now): void {
    const session = peer.held().find((held) => held.index === index);
    if (session === undefined) return;
    const served = session === peer.current;
    this.sessions.forget(peer, session, now);
    if (!served) return;
    this.calling.abandonCall(peer);
    exonerate(peer);
    this.context.emit({ type: "notice", peer: peer.id, notice: "goodbye" });
    if (peer.settings.persistentKeepalive > 0) {
      peer.deadlines.set("persist", now.boot + GOODBYE_PAUSE + this.context.jitter(GOODBYE_PAUSE_JITTER));
    }
  }
}
