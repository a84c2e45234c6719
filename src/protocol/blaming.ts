/** Noting why there is no link. The log is told of each reason once, until there is a link again. */
import type { BootMillis } from "../base/time.js";
import type { NodeContext } from "./context.js";
import { UNANSWERED_UNREACHABLE } from "./limits.js";
import type { Peer } from "./peer.js";
import type { Hint, Reason } from "./reasons.js";

export function blame(context: NodeContext, peer: Peer, reason: Reason): void {
  peer.reason = reason;
  // One lost datagram is nothing to tell of.
  if (reason.code !== "no-answer" || peer.triesUnanswered >= UNANSWERED_UNREACHABLE) tell(context, peer, reason);
}

/** Something that nobody has proved. */
export function suspect(context: NodeContext, peer: Peer, reason: Hint, now: BootMillis): void {
  if (peer.usable(now) !== undefined) return;
  peer.hint = { reason, at: now };
  tell(context, peer, reason);
}

/** There is a link, or there is meant to be none. */
export function exonerate(peer: Peer): void {
  peer.reason = undefined;
  peer.hint = undefined;
  peer.triesUnanswered = 0;
  peer.toldReasons.clear();
}

function tell(context: NodeContext, peer: Peer, reason: Reason): void {
  if (peer.toldReasons.has(reason.code)) return;
  peer.toldReasons.add(reason.code);
  context.emit({ type: "trouble", peer: peer.id, reason });
}
