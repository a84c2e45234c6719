/**
 * Sessions that may not send any more, though their time is not over.
 *
 * This process's memory may have been copied, and a copy seals under the same counters: the data plane has stopped by itself by the
 * time we hear of it. What we hold goes on receiving, and packets wait, until a handshake with keys of its own has made a session.
 *
 * @see docs/protocol.md §6
 */
import type { Now } from "../base/time.js";
import type { Calling } from "./calling.js";
import type { NodeContext } from "./context.js";
import { RENEWAL_SPREAD } from "./limits.js";
import type { Peer } from "./peer.js";
import type { Sessions } from "./sessions.js";

export class Renewing {
  constructor(
    private readonly context: NodeContext,
    private readonly sessions: Sessions,
    private readonly calling: Calling,
  ) {}

  /**
   * Keys made before this are not to be sent under, nor are handshakes to be completed whose ephemeral keys were. Two threads may tell of
   * two generations in either order.
   */
  onGeneration(peers: Iterable<Peer>, generation: number, now: Now): void {
    if (generation <= this.context.generation) return;
    this.context.generation = generation;
    for (const peer of peers) this.#renew(peer, now);
  }

  /** The data plane refuses to send under a session. */
  onUnusable(peer: Peer, index: number, now: Now): void {
    if (peer.current?.index === index) this.sessions.retire(peer, now);
    // Traffic waits: it does so too when we retired that session meanwhile.
    this.call(peer, now);
  }

  /** Unless something else has called meanwhile. */
  call(peer: Peer, now: Now): void {
    if (peer.usable(now.boot) === undefined) this.calling.start(peer, now);
  }

  #renew(peer: Peer, now: Now): void {
    const served = peer.usable(now.boot) !== undefined;
    this.calling.forgetHandshakes(peer, now);
    this.sessions.retire(peer, now);
    if (peer.call !== undefined) return this.calling.retry(peer, now);
    if (served) peer.deadlines.set("renew", now.boot + this.context.jitter(RENEWAL_SPREAD));
  }
}
