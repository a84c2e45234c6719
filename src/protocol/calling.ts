/**
 * The initiator's side: when an INIT goes out, where to, and what an answer changes.
 *
 * call → INIT → (retry …) → RESP → session in use → empty packets until the responder shows that it confirmed
 *
 * @see docs/protocol.md §4, §7, §8 "Where packets go"
 */
import { type Endpoint, formatEndpoint, literalEndpoint } from "../base/endpoint.js";
import type { Millis, Now } from "../base/time.js";
import { blame } from "./blaming.js";
import type { NodeContext } from "./context.js";
import { type Established, initiate } from "./handshake/initiator.js";
import {
  CONFIRM_REPEATS,
  HANDSHAKE_LIFETIME,
  HANDSHAKES_PER_PEER,
  INIT_RETRY_DELAY_LAST,
  INIT_RETRY_DELAY_LAST_JITTER,
  INIT_RETRY_DELAY_SERVED,
  INIT_RETRY_DELAYS,
  PERSISTENT_ATTEMPT_INTERVAL,
  REKEY_AFTER_TIME,
  REKEY_AFTER_TIME_JITTER,
  REKEY_ATTEMPT_TIME,
  RESOLVE_INTERVAL,
  RETRY_JITTER,
} from "./limits.js";
import type { Call, OutgoingHandshake, Peer } from "./peer.js";
import { sendRefusal } from "./reasons.js";
import type { Roaming } from "./roaming.js";
import type { Session } from "./session.js";
import { expiryOf, type Sessions } from "./sessions.js";
import { type DropReason, isDrop } from "./wire/drop-reason.js";
import { decodeResponse } from "./wire/layouts.js";

export class Calling {
  /** By our index. */
  readonly #handshakes = new Map<number, { peer: Peer; handshake: OutgoingHandshake }>();

  constructor(
    private readonly context: NodeContext,
    private readonly sessions: Sessions,
    private readonly roaming: Roaming,
  ) {}

  /** Begins to call a peer, unless that is under way. */
  start(peer: Peer, now: Now): void {
    if (peer.call !== undefined) return;
    if (peer.settings.endpoint === undefined && peer.active === undefined) return this.#cannotCall(peer);
    peer.call = { startedAt: now.boot, tries: 0, refused: false };
    this.context.emit({ type: "notice", peer: peer.id, notice: "handshake-started" });
    this.retry(peer, now);
  }

  /**
   * Traffic waits. When there is a session after all, the data plane is told once more: one that it promoted by itself may have been
   * removed before we heard of that.
   */
  onNoSession(peer: Peer, now: Now): void {
    const session = peer.usable(now.boot);
    if (session === undefined) this.start(peer, now);
    else this.context.emit({ type: "use", index: session.index });
  }

  /** Sends the next INIT of a call, or gives up. */
  retry(peer: Peer, now: Now): void {
    const { call } = peer;
    if (call === undefined) return;
    if (now.boot - call.startedAt >= REKEY_ATTEMPT_TIME) return this.#giveUp(peer, now);
    const { endpoint } = peer.settings;
    if (endpoint && !literalEndpoint(endpoint)) this.context.emit({ type: "resolve", peer: peer.id });
    this.#try(peer, call, now);
  }

  /** Sends one INIT. */
  callOnce(peer: Peer, target: Endpoint, now: Now): void {
    const { context, sessions } = this;
    const oldest = peer.handshakes[0];
    if (oldest && peer.handshakes.length >= HANDSHAKES_PER_PEER) this.#forget(peer, oldest, now);
    const index = sessions.indices.take(now.boot);
    const initiation = initiate({
      suite: context.suite,
      prologue: context.prologueOf(peer),
      local: context.identity,
      psk: peer.settings.presharedKey,
      index,
      payload: { capabilities: context.capabilities, rxMax: context.rxMax },
      ephemeral: context.ephemeral(now),
    });
    if (initiation === undefined) {
      sessions.indices.release(index, now.boot);
      return context.drop("dh");
    }
    const handshake = { index, initiation, sentTo: target, sentAt: now.boot, sent: true };
    peer.handshakes.push(handshake);
    this.#handshakes.set(index, { peer, handshake });
    peer.deadlines.setNoLater("handshakes", now.boot + HANDSHAKE_LIFETIME);
    context.emit({ type: "send", peer: peer.id, to: target, datagram: initiation.message });
  }

  /** A RESP: when it opens, the session is ours to use. @returns the peer that answered */
  onResponse(datagram: Uint8Array, now: Now): Peer | undefined {
    const response = decodeResponse(datagram);
    const found = isDrop(response) ? response : this.#find(response.receiverIndex, now);
    if (isDrop(found)) {
      this.context.drop(found);
      return undefined;
    }
    const { peer, handshake } = found;
    const answer = handshake.initiation.receive(datagram);
    if (isDrop(answer)) {
      if (answer === "auth") this.#refused(peer, handshake);
      this.context.drop(answer);
      return peer;
    }
    this.#establish(peer, handshake, answer, now);
    return peer;
  }

  /** The configured endpoint's name stands for these addresses; none: it does not resolve. */
  onResolved(peer: Peer, endpoints: readonly Endpoint[], now: Now): void {
    const unplaced = peer.knownEndpoints().length === 0;
    if (endpoints.length === 0) {
      if (unplaced) this.#unresolved(peer, now);
      return;
    }
    const waiting = unplaced ? peer.call : undefined;
    peer.resolved = endpoints;
    peer.deadlines.clear("resolve");
    if (peer.reason?.code === "unresolved") peer.reason = undefined;
    if (waiting === undefined) return;
    waiting.tries = 0;
    this.#try(peer, waiting, now);
  }

  /** A call asks for itself; between calls this does. */
  resolveAgain(peer: Peer, now: Now): void {
    if (peer.call === undefined) this.context.emit({ type: "resolve", peer: peer.id });
    else peer.deadlines.set("resolve", now.boot + RESOLVE_INTERVAL);
  }

  /** Only an INIT's failure says anything of the link: a RESP goes where a stranger's INIT came from. */
  onSendFailed(peer: Peer, to: Endpoint, error: string): void {
    const endpoint = formatEndpoint(to);
    const called = peer.handshakes.findLast(({ sentTo }) => formatEndpoint(sentTo) === endpoint);
    if (called) called.sent = false;
    if (peer.call && called) blame(this.context, peer, sendRefusal(endpoint, error));
  }

  /** Ends a call. INITs on their way may still be answered. */
  abandonCall(peer: Peer): void {
    peer.call = undefined;
    peer.deadlines.clear("retry");
    peer.deadlines.clear("persist");
    peer.deadlines.clear("renew");
  }

  /** Forgets INITs that are too old to be answered. */
  expireHandshakes(peer: Peer, now: Now): void {
    for (const handshake of [...peer.handshakes]) {
      const expiresAt = handshake.sentAt + HANDSHAKE_LIFETIME;
      if (now.boot >= expiresAt) this.#forget(peer, handshake, now);
      else peer.deadlines.setNoLater("handshakes", expiresAt);
    }
  }

  /** Forgets them all: their answers are taken no more. */
  forgetHandshakes(peer: Peer, now: Now): void {
    for (const handshake of [...peer.handshakes]) this.#forget(peer, handshake, now);
  }

  /** Repeats an empty packet until the responder was heard under the new session. */
  repeatConfirmation(peer: Peer): void {
    const { confirming, current } = peer;
    if (confirming === undefined || current?.index !== confirming.index) return;
    this.sessions.sendEmpty(current);
    confirming.repeats++;
    this.#scheduleConfirmation(peer, current);
  }

  #try(peer: Peer, call: Call, now: Now): void {
    const known = peer.knownEndpoints();
    const target = known[call.tries % Math.max(1, known.length)];
    if (call.tries > 0) this.#unanswered(peer, call);
    call.tries++;
    peer.triesUnanswered++;
    if (target !== undefined) this.callOnce(peer, target, now);
    peer.deadlines.set("retry", now.boot + this.#retryDelay(peer, call, now));
  }

  #establish(peer: Peer, handshake: OutgoingHandshake, answer: Established, now: Now): void {
    const { context, sessions } = this;
    this.#handshakes.delete(handshake.index);
    peer.handshakes.splice(peer.handshakes.indexOf(handshake), 1);
    this.forgetHandshakes(peer, now);
    this.abandonCall(peer);
    const session: Session = {
      index: handshake.index,
      role: "initiator",
      capabilities: answer.capabilities,
      startedAt: now.boot,
      expiresAt: expiryOf(now),
      generation: context.generation,
    };
    const rekeyAt = now.boot + REKEY_AFTER_TIME - context.jitter(REKEY_AFTER_TIME_JITTER);
    sessions.install(peer, session, answer, rekeyAt);
    this.roaming.adopt(peer, handshake.sentTo, now);
    sessions.promote(peer, session, now);
    peer.confirming = { index: session.index, repeats: 0 };
    this.#scheduleConfirmation(peer, session);
  }

  /** A handshake of ours that may still be answered. */
  #find(index: number, now: Now): { peer: Peer; handshake: OutgoingHandshake } | DropReason {
    const found = this.#handshakes.get(index);
    return found !== undefined && now.boot < found.handshake.sentAt + HANDSHAKE_LIFETIME ? found : "index";
  }

  #scheduleConfirmation(peer: Peer, session: Session): void {
    const delay = CONFIRM_REPEATS[peer.confirming?.repeats ?? 0];
    if (delay !== undefined) peer.deadlines.set("confirm", session.startedAt + delay);
  }

  #retryDelay(peer: Peer, call: Call, now: Now): Millis {
    const { jitter } = this.context;
    const unserved = INIT_RETRY_DELAYS[call.tries - 1] ?? INIT_RETRY_DELAY_LAST - jitter(INIT_RETRY_DELAY_LAST_JITTER);
    return (peer.usable(now.boot) ? INIT_RETRY_DELAY_SERVED : unserved) + jitter(RETRY_JITTER);
  }

  #giveUp(peer: Peer, now: Now): void {
    this.abandonCall(peer);
    this.context.emit({ type: "discard-staged", peer: peer.id });
    this.context.emit({ type: "notice", peer: peer.id, notice: "gave-up" });
    if (peer.settings.persistentKeepalive > 0) peer.deadlines.set("persist", now.boot + PERSISTENT_ATTEMPT_INTERVAL);
  }

  #cannotCall(peer: Peer): void {
    blame(this.context, peer, { code: "no-endpoint" });
    this.context.emit({ type: "discard-staged", peer: peer.id });
  }

  /** Asked for again without traffic: whoever reads the status wants to know that the name works by now. */
  #unresolved(peer: Peer, now: Now): void {
    const { endpoint } = peer.settings;
    if (endpoint === undefined) return;
    blame(this.context, peer, { code: "unresolved", host: endpoint.host });
    peer.deadlines.setNoLater("resolve", now.boot + RESOLVE_INTERVAL);
  }

  /** A refused answer says more than a missing one, and what was not sent can have none. */
  #unanswered(peer: Peer, { tries, refused }: Call): void {
    const last = peer.handshakes.at(-1);
    if (last?.sent && !refused) blame(this.context, peer, { code: "no-answer", endpoint: formatEndpoint(last.sentTo), tries });
  }

  #refused(peer: Peer, handshake: OutgoingHandshake): void {
    blame(this.context, peer, { code: "refused-answer", endpoint: formatEndpoint(handshake.sentTo) });
    if (peer.call) peer.call.refused = true;
  }

  #forget(peer: Peer, handshake: OutgoingHandshake, now: Now): void {
    handshake.initiation.wipe();
    this.#handshakes.delete(handshake.index);
    this.sessions.indices.release(handshake.index, now.boot);
    peer.handshakes.splice(peer.handshakes.indexOf(handshake), 1);
  }
}
