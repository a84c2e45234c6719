/** Probes: what a peer asks about the path, and what it answers. @see docs/protocol.md §8 */
import type { Endpoint } from "../base/endpoint.js";
import type { Now } from "../base/time.js";
import type { NodeContext } from "./context.js";
import type { Moving } from "./moving.js";
import type { Peer } from "./peer.js";
import type { Pinging } from "./pinging.js";
import type { Roaming } from "./roaming.js";
import { isDrop } from "./wire/drop-reason.js";
import { KIND } from "./wire/kinds.js";
import { decodeProbe, encodeProbe, type Probe, replyTo } from "./wire/probe.js";

export class Probing {
  constructor(
    private readonly context: NodeContext,
    private readonly pinging: Pinging,
    private readonly roaming: Roaming,
    private readonly moving: Moving,
  ) {}

  onProbe(peer: Peer, plaintext: Uint8Array, source: Endpoint, now: Now): void {
    const probe = decodeProbe(plaintext);
    if (isDrop(probe)) return this.context.drop(probe);
    const reply = replyTo(probe);
    if (reply !== undefined) this.#reply(peer, reply, source, now);
    if (probe.moved) this.roaming.onSaidMoved(peer, source);
    switch (probe.op) {
      case "pong":
        return this.pinging.onPong(peer, probe.token, now);
      case "pathResponse":
        if (!this.moving.onResponse(peer, probe.token, source)) this.roaming.onResponse(peer, probe.token, source, now);
        return;
      case "pmtuAck":
        return this.context.drop("unsolicited");
    }
  }

  #reply(peer: Peer, reply: Probe, source: Endpoint, now: Now): void {
    const session = peer.usable(now.boot);
    if (session === undefined) return;
    if (!peer.probeReplies.allows(now.boot)) return this.context.drop("rate");
    this.context.emit({ type: "seal", index: session.index, kind: KIND.probe, plaintext: encodeProbe(reply), to: source });
  }
}
