/** PINGs, and the round trip that their PONGs tell. @see docs/protocol.md §8 */
import type { Now } from "../base/time.js";
import type { NodeContext } from "./context.js";
import { PINGS_REMEMBERED } from "./limits.js";
import type { Peer } from "./peer.js";
import type { Session } from "./session.js";
import { KIND } from "./wire/kinds.js";
import { encodeProbe } from "./wire/probe.js";

export class Pinging {
  constructor(private readonly context: NodeContext) {}

  ping(peer: Peer, session: Session, now: Now): void {
    const bytes = this.context.random(8);
    const token = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    peer.pings = [...peer.pings.slice(1 - PINGS_REMEMBERED), { token, sentAt: now.boot }];
    const plaintext = encodeProbe({ op: "ping", moved: false, arg: 0, sequence: peer.pingSequence++ >>> 0, token });
    this.context.emit({ type: "seal", index: session.index, kind: KIND.probe, plaintext });
  }

  onPong(peer: Peer, token: bigint, now: Now): void {
    const ping = peer.pings.find((outstanding) => outstanding.token === token);
    if (ping === undefined) return this.context.drop("unsolicited");
    peer.roundTrip = now.boot - ping.sentAt;
    peer.pings = [];
  }
}
