/**
 * After a restart peers still send under sessions that we no longer have. That is the one unauthenticated datagram that we
 * answer with something larger, within narrow limits.
 *
 * @see docs/protocol.md §7, last paragraph
 */
import type { Endpoint } from "../base/endpoint.js";
import type { Now } from "../base/time.js";
import type { Calling } from "./calling.js";
import type { NodeContext } from "./context.js";
import { RECOVERIES_PER_SECOND, RECOVERY_INTERVAL_PEER, RECOVERY_SILENCE } from "./limits.js";
import type { Peer } from "./peer.js";
import { RateLimit } from "./rate-limit.js";

export class Recovery {
  readonly #limit = new RateLimit(RECOVERIES_PER_SECOND);

  constructor(
    private readonly context: NodeContext,
    private readonly calling: Calling,
  ) {}

  /** DATA for no session of ours came from `source`. @returns the peer that was called for it */
  onUnknownIndex(peers: Iterable<Peer>, source: Endpoint, now: Now): Peer | undefined {
    for (const peer of peers) {
      if (!peer.isKnownEndpoint(source) || !this.#mayCall(peer, now)) continue;
      if (!this.#limit.allows(now.boot)) return undefined;
      peer.recoveredAt = now.boot;
      this.calling.callOnce(peer, source, now);
      return peer;
    }
    return undefined;
  }

  #mayCall(peer: Peer, now: Now): boolean {
    const { receivedAt } = this.context.traffic(peer.id);
    const heard = receivedAt > 0 && now.boot - receivedAt < RECOVERY_SILENCE;
    return !heard && peer.call === undefined && now.boot - peer.recoveredAt >= RECOVERY_INTERVAL_PEER;
  }
}
