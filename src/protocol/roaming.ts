/**
 * Following a peer that moved, but not one who only copies its packets.
 *
 * A packet from a new address makes that address a candidate; both it and the active one are challenged, each with a token of
 * its own, and the answers decide.
 *
 * @see docs/protocol.md §8 "Roaming"
 */
import { type Endpoint, formatEndpoint, isSameEndpoint as isSame } from "../base/endpoint.js";
import type { BootMillis, Millis, Now } from "../base/time.js";
import type { Contest } from "./contest.js";
import type { NodeContext } from "./context.js";
import { HOLD_DOWN, ROAMING_CONTEST, ROAMING_DECISION_LEAST, ROAMING_DECISION_MOST, ROAMING_DECISION_UNMEASURED } from "./limits.js";
import type { Peer } from "./peer.js";
import type { Session } from "./session.js";
import { KIND } from "./wire/kinds.js";
import { encodeProbe } from "./wire/probe.js";

export class Roaming {
  constructor(private readonly context: NodeContext) {}

  /** Sends to an endpoint that is known to be the peer's from now on. */
  adopt(peer: Peer, endpoint: Endpoint, now: Now): void {
    if (peer.active !== undefined && isSame(peer.active, endpoint)) return;
    peer.moveTo(endpoint, now.boot);
    this.context.emit({ type: "endpoint", peer: peer.id, endpoint });
  }

  /** Challenges an endpoint that was adopted because there was none. */
  challengeAdopted(peer: Peer, session: Session, endpoint: Endpoint): void {
    peer.adoptionToken = this.#token();
    this.#challenge(session.index, peer.adoptionToken, endpoint);
  }

  /** The newest packet under a session came from `source`. */
  onMoved(peer: Peer, index: number, source: Endpoint, now: Now): void {
    const session = peer.usable(now.boot);
    const { active } = peer;
    if (session === undefined || active === undefined || !peer.maySendUnder(index)) return;
    if (isSame(source, active) || this.#isHeldDown(peer, source, now)) return;
    if (peer.contest === undefined) this.#open(peer, session, active, source, now);
  }

  /** Speaks for the candidate alone: whether its packet was the newest, the data plane has said before. */
  onSaidMoved(peer: Peer, source: Endpoint): void {
    if (peer.contest !== undefined && isSame(peer.contest.candidate, source)) peer.contest.saidMoved = true;
  }

  #open(peer: Peer, session: Session, active: Endpoint, candidate: Endpoint, now: Now): void {
    const contest: Contest = {
      candidate,
      startedAt: now.boot,
      candidateToken: this.#token(),
      activeToken: this.#token(),
      saidMoved: false,
      overdue: false,
      candidateAnsweredAt: undefined,
      activeAnsweredAt: undefined,
    };
    peer.contest = contest;
    this.#challenge(session.index, contest.activeToken, active);
    this.#challenge(session.index, contest.candidateToken, candidate);
    peer.deadlines.set("roaming", now.boot + decisionTime(peer.roundTrip));
  }

  onResponse(peer: Peer, token: bigint, source: Endpoint, now: Now): void {
    const { contest, active } = peer;
    if (contest !== undefined && isAnswer(contest, token, source, now.boot)) {
      if (contest.overdue) this.#conclude(peer, contest, now);
    } else if (peer.adoptionToken === token && active !== undefined && isSame(source, active)) {
      peer.adoptionToken = undefined;
    } else {
      this.context.drop("unsolicited");
    }
  }

  /** Its time is over. */
  decide(peer: Peer, now: Now): void {
    const { contest } = peer;
    if (contest === undefined) return;
    const latest = contest.startedAt + ROAMING_DECISION_MOST;
    const answered = contest.candidateAnsweredAt !== undefined || contest.activeAnsweredAt !== undefined;
    if (answered || now.boot >= latest) return this.#conclude(peer, contest, now);
    contest.overdue = true;
    peer.deadlines.set("roaming", latest);
  }

  #conclude(peer: Peer, contest: Contest, now: Now): void {
    const { active } = peer;
    peer.contest = undefined;
    peer.deadlines.clear("roaming");
    if (active === undefined) return;
    const moved = candidateWins(contest, now.boot - peer.activeSince);
    if (!moved) return this.#holdDown(peer, contest.candidate, now);
    this.#holdDown(peer, active, now);
    this.adopt(peer, contest.candidate, now);
    // The challenge has measured the new path: the next decision need not wait as if nothing were known of it.
    if (contest.candidateAnsweredAt !== undefined) peer.roundTrip = contest.candidateAnsweredAt - contest.startedAt;
    this.context.emit({ type: "notice", peer: peer.id, notice: "moved" });
  }

  #challenge(index: number, token: bigint, to: Endpoint): void {
    const plaintext = encodeProbe({ op: "pathChallenge", moved: false, arg: 0, sequence: 0, token });
    this.context.emit({ type: "seal", index, kind: KIND.probe, plaintext, to });
  }

  #token(): bigint {
    const bytes = this.context.random(8);
    return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  }

  #holdDown(peer: Peer, endpoint: Endpoint, now: Now): void {
    for (const [text, until] of peer.heldDown) if (until <= now.boot) peer.heldDown.delete(text);
    peer.heldDown.set(formatEndpoint(endpoint), now.boot + HOLD_DOWN);
  }

  #isHeldDown(peer: Peer, endpoint: Endpoint, now: Now): boolean {
    return (peer.heldDown.get(formatEndpoint(endpoint)) ?? Number.NEGATIVE_INFINITY) > now.boot;
  }
}

/** How long both addresses have to answer. */
function decisionTime(roundTrip: Millis | undefined): Millis {
  if (roundTrip === undefined) return ROAMING_DECISION_UNMEASURED;
  return Math.min(Math.max(2 * roundTrip, ROAMING_DECISION_LEAST), ROAMING_DECISION_MOST);
}

/**
 * Notes an answer. The candidate's counts from there alone. The active address's counts from anywhere: its token went to that address
 * only, and whoever copies the answer and is quicker would else silence it.
 */
function isAnswer(contest: Contest, token: bigint, source: Endpoint, now: BootMillis): boolean {
  if (contest.activeToken === token) contest.activeAnsweredAt ??= now;
  else if (contest.candidateToken === token && isSame(source, contest.candidate)) contest.candidateAnsweredAt ??= now;
  else return false;
  return true;
}

function candidateWins(contest: Contest, activeAge: number): boolean {
  const { candidateAnsweredAt, activeAnsweredAt, saidMoved } = contest;
  if (candidateAnsweredAt === undefined) return false;
  if (activeAnsweredAt === undefined || saidMoved) return true;
  return activeAge < ROAMING_CONTEST && candidateAnsweredAt < activeAnsweredAt;
}
