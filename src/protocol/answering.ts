/**
 * The responder's side. An INIT proves nothing by itself, so it changes nothing but a pending session; the first DATA under
 * that session does.
 *
 * INIT → checks → peer → RESP, pending session → first DATA → session in use
 *
 * @see docs/protocol.md §4
 */
import type { Endpoint } from "../base/endpoint.js";
import type { Now } from "../base/time.js";
import type { Calling } from "./calling.js";
import type { NodeContext } from "./context.js";
import type { Diagnosing } from "./diagnosing.js";
import { checkInit } from "./handshake/macs.js";
import { type Offer, openInit } from "./handshake/responder.js";
import { PENDING_LIFETIME, RESPONDER_REKEY_AFTER_TIME, RESPONDER_REKEY_AFTER_TIME_JITTER } from "./limits.js";
import type { Peer } from "./peer.js";
import type { PendingSessions } from "./pending-sessions.js";
import type { Roaming } from "./roaming.js";
import type { PendingSession } from "./session.js";
import { expiryOf, type Sessions } from "./sessions.js";
import { type DropReason, isDrop } from "./wire/drop-reason.js";
import type { InitMessage } from "./wire/layouts.js";

export class Answering {
  constructor(
    private readonly context: NodeContext,
    private readonly sessions: Sessions,
    private readonly calling: Calling,
    private readonly roaming: Roaming,
    private readonly diagnosing: Diagnosing,
    private readonly pending: PendingSessions,
  ) {}

  /** @returns the peer that called, when it was answered */
  onInit(datagram: Uint8Array, source: Endpoint, now: Now): Peer | undefined {
    const { context } = this;
    const init = checkInit(context.suite, context.prologue, datagram);
    if (isDrop(init)) return this.#refuse(init, source, now);
    const repeated = this.pending.ofInit(datagram);
    if (repeated !== undefined) {
      context.emit({ type: "send", peer: repeated.peer.id, to: source, datagram: repeated.session.response });
      return undefined;
    }
    if (this.pending.wasAnswered(init.ephemeral)) return this.#drop("answered");
    const inputs = { suite: context.suite, prologue: context.prologue, privateKey: context.identity.privateKey };
    const caller = openInit(inputs, init);
    if (isDrop(caller)) return this.#refuse(caller, source, now);
    const peer = context.peerByKey(caller.initiator);
    if (peer === undefined) {
      this.diagnosing.onUnknownCaller(caller, source, now);
      return this.#drop("unknown-peer");
    }
    const offer = caller.readPayload(context.capabilities);
    if (isDrop(offer)) return this.#drop(offer);
    this.#answer(peer, offer, init, source, now);
    return peer;
  }

  /** The first DATA under a session: a pending one is confirmed by it. */
  onFirstReceived(peer: Peer, index: number, source: Endpoint, now: Now): void {
    const session = peer.pending.find((pending) => pending.index === index);
    if (session === undefined || now.boot >= session.waitsUntil) return;
    this.pending.remove(peer, session);
    if (session.generation !== this.context.generation) {
      this.sessions.keepReceiving(peer, session, now);
      return this.calling.start(peer, now);
    }
    this.calling.abandonCall(peer);
    const placed = peer.active !== undefined;
    if (!placed) this.roaming.adopt(peer, source, now);
    this.sessions.promote(peer, session, now);
    if (!placed) this.roaming.challengeAdopted(peer, session, source);
  }

  expirePending(peer: Peer, now: Now): void {
    for (const session of [...peer.pending]) {
      if (now.boot >= session.waitsUntil) this.#discard(peer, session, now);
      else peer.deadlines.setNoLater("pending", session.waitsUntil);
    }
  }

  #answer(peer: Peer, offer: Offer, init: InitMessage, source: Endpoint, now: Now): void {
    const { context, sessions } = this;
    for (const victim of this.pending.makeRoom(peer, source)) this.#discard(victim.peer, victim.session, now);
    const index = sessions.indices.take(now.boot);
    const reply = offer.respond({
      index,
      psk: peer.settings.presharedKey,
      payload: { capabilities: context.capabilities, rxMax: context.rxMax },
      ephemeral: context.ephemeral(now),
    });
    if (isDrop(reply)) {
      sessions.indices.release(index, now.boot);
      return context.drop(reply);
    }
    const session: PendingSession = {
      index,
      role: "responder",
      capabilities: offer.capabilities,
      startedAt: now.boot,
      expiresAt: expiryOf(now),
      generation: context.generation,
      init: init.bytes,
      source,
      response: reply.message,
      waitsUntil: now.boot + PENDING_LIFETIME,
    };
    this.pending.add(peer, session);
    peer.deadlines.setNoLater("pending", session.waitsUntil);
    const rekeyAt = now.boot + RESPONDER_REKEY_AFTER_TIME + context.jitter(RESPONDER_REKEY_AFTER_TIME_JITTER);
    sessions.install(peer, session, reply.established, rekeyAt);
    context.emit({ type: "send", peer: peer.id, to: source, datagram: reply.message });
  }

  #discard(peer: Peer, session: PendingSession, now: Now): void {
    this.pending.remove(peer, session);
    this.sessions.remove(session, now);
  }

  #refuse(reason: DropReason, source: Endpoint, now: Now): undefined {
    this.diagnosing.onRefusedCall(reason, source, now);
    return this.#drop(reason);
  }

  #drop(reason: DropReason): undefined {
    this.context.drop(reason);
    return undefined;
  }
}
