/**
 * One node as a state machine without IO: messages, events and deadlines go in with the time, effects come out.
 *
 *   handle(input, now)        what the data plane or the operator reported
 *   handleDeadline(now)       at the time that nextDeadline() names
 *
 * @see docs/protocol.md
 */
import type { Endpoint } from "../base/endpoint.js";
import { invariant, unreachable } from "../base/invariant.js";
import { encodeKey } from "../base/keys.js";
import type { BootMillis, Now } from "../base/time.js";
import { Answering } from "./answering.js";
import { Calling } from "./calling.js";
import type { NodeContext } from "./context.js";
import { Controlling } from "./controlling.js";
import { DeadlineQueue } from "./deadlines.js";
import { Diagnosing } from "./diagnosing.js";
import type { Effect, Input, PeerId } from "./effects.js";
import { Farewell } from "./farewell.js";
import { Greeting } from "./greeting.js";
import { hedgedEphemeral } from "./handshake/ephemeral.js";
import { prologue } from "./handshake/prologue.js";
import { Insight } from "./insight.js";
import { Keeping } from "./keeping.js";
import { Moving } from "./moving.js";
import type { NodeSettings } from "./node-settings.js";
import { Peer, type PeerDeadline, type PeerLink } from "./peer.js";
import { PendingSessions } from "./pending-sessions.js";
import { Pinging } from "./pinging.js";
import { Probing } from "./probing.js";
import type { Stranger } from "./reasons.js";
import { Recovery } from "./recovery.js";
import { Renewing } from "./renewing.js";
import { Roaming } from "./roaming.js";
import { Sessions } from "./sessions.js";
import type { DropReason } from "./wire/drop-reason.js";
import { KIND } from "./wire/kinds.js";
import { MESSAGE } from "./wire/layouts.js";

export class Node {
  readonly insight: Insight;
  readonly #context: NodeContext;
  readonly #peers = new Map<PeerId, Peer>();
  readonly #byKey = new Map<string, Peer>();
  readonly #queue = new DeadlineQueue<Peer>();
  readonly #drops = new Map<DropReason, number>();
  #effects: Effect[] = [];
  #ephemerals = 0;

  readonly #sessions: Sessions;
  readonly #calling: Calling;
  readonly #diagnosing: Diagnosing;
  readonly #answering: Answering;
  readonly #keeping: Keeping;
  readonly #roaming: Roaming;
  readonly #renewing: Renewing;
  readonly #moving: Moving;
  readonly #probing: Probing;
  readonly #farewell: Farewell;
  readonly #controlling: Controlling;
  readonly #recovery: Recovery;

  constructor(settings: NodeSettings) {
    const { suite, random, identity, network } = settings;
    this.#context = {
      ...settings,
      generation: 0,
      prologue: prologue(suite, network, identity.publicKey),
      prologueOf: (peer) => (peer.prologue ??= prologue(suite, network, peer.settings.publicKey)),
      ephemeral: (now) => hedgedEphemeral(suite, identity.privateKey, random(32), this.#ephemerals++, now),
      jitter: (span) => fraction(random(4)) * span,
      emit: (effect) => this.#effects.push(effect),
      drop: (reason) => this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + 1),
      peerByKey: (publicKey) => this.#byKey.get(encodeKey(publicKey)),
    };
    const pinging = new Pinging(this.#context);
    const greeting = new Greeting(this.#context);
    this.#sessions = new Sessions(this.#context, pinging, greeting);
    this.#roaming = new Roaming(this.#context);
    this.#calling = new Calling(this.#context, this.#sessions, this.#roaming);
    this.#diagnosing = new Diagnosing(this.#context, () => this.#peers.values());
    const pending = new PendingSessions(random);
    this.insight = new Insight(this.#peers, pending);
    this.#answering = new Answering(this.#context, this.#sessions, this.#calling, this.#roaming, this.#diagnosing, pending);
    this.#keeping = new Keeping(this.#context, this.#sessions, this.#calling, pinging);
    this.#renewing = new Renewing(this.#context, this.#sessions, this.#calling);
    this.#moving = new Moving(this.#context, this.#calling);
    this.#probing = new Probing(this.#context, pinging, this.#roaming, this.#moving);
    this.#farewell = new Farewell(this.#context, this.#sessions, this.#calling);
    this.#controlling = new Controlling(this.#context, greeting, this.#farewell);
    this.#recovery = new Recovery(this.#context, this.#calling);
    for (const peer of settings.peers) this.#add(new Peer(peer));
  }

  /** Calls the peers that are to be reached without being asked for. Once, before anything else. */
  start(now: Now): Effect[] {
    for (const peer of this.#peers.values()) {
      this.#context.emit({ type: "watch", peer: peer.id });
      if (peer.settings.persistentKeepalive > 0) this.#calling.start(peer, now);
      this.#requeue(peer);
    }
    return this.#takeEffects();
  }

  handle(input: Input, now: Now): Effect[] {
    const peer = this.#dispatch(input, now);
    if (peer !== undefined) this.#requeue(peer);
    return this.#takeEffects();
  }

  /** Tells every peer that this node ends. Once, after everything else. */
  farewell(now: Now): Effect[] {
    for (const peer of this.#peers.values()) this.#farewell.say(peer, now);
    return this.#takeEffects();
  }

  /** @returns when handleDeadline is to be called next; undefined when nothing waits */
  nextDeadline(): BootMillis | undefined {
    const [peers, moving] = [this.#queue.next(), this.#moving.due];
    return peers === undefined || moving === undefined ? (peers ?? moving) : Math.min(peers, moving);
  }

  handleDeadline(now: Now): Effect[] {
    for (const peer of this.#moving.tell(this.#peers.values(), now)) this.#requeue(peer);
    for (;;) {
      const peer = this.#queue.takeDue(now.boot);
      if (peer === undefined) return this.#takeEffects();
      for (const name of peer.deadlines.takeDue(now.boot)) this.#onDeadline(peer, name, now);
      this.#requeue(peer);
    }
  }

  /** @returns undefined when there is no such peer */
  link(id: PeerId, now: BootMillis): PeerLink | undefined {
    return this.#peers.get(id)?.link(now);
  }

  /** Those who called lately with keys that no peer has, the latest first. */
  strangers(now: BootMillis): Stranger[] {
    return this.#diagnosing.strangers(now);
  }

  /** What was dropped so far, by reason. */
  drops(): ReadonlyMap<DropReason, number> {
    return this.#drops;
  }

  /** @returns the peer whose deadlines may have changed */
  #dispatch(input: Input, now: Now): Peer | undefined {
    switch (input.type) {
      case "message":
        return this.#onMessage(input.datagram, input.source, now);
      case "first-received":
        return this.#onFirstReceived(input.index, input.source, now);
      case "opened":
        return this.#onOpened(input, now);
      case "generation":
        this.#renewing.onGeneration(this.#peers.values(), input.generation, now);
        for (const peer of this.#peers.values()) this.#requeue(peer);
        return undefined;
      case "unusable":
        return this.#withSession(input.index, (peer) => this.#renewing.onUnusable(peer, input.index, now));
      case "host-changed":
        this.#moving.onHostChanged(input.change, now);
        return undefined;
      case "other-version":
        this.#diagnosing.onOtherVersion(input.version, input.source, now);
        return undefined;
      case "unknown-index":
        return this.#recovery.onUnknownIndex(this.#peers.values(), input.source, now);
      case "moved":
        return this.#withSession(input.index, (peer) => this.#roaming.onMoved(peer, input.index, input.source, now));
      case "rekey":
        return this.#withSession(input.index, (peer) => {
          if (peer.current?.index === input.index) this.#calling.start(peer, now);
        });
      default:
        return this.#withPeer(input.peer, (peer) => this.#onPeerInput(peer, input, now));
    }
  }

  #onPeerInput(peer: Peer, input: Extract<Input, { peer: PeerId }>, now: Now): void {
    switch (input.type) {
      case "no-session":
        return this.#calling.onNoSession(peer, now);
      case "connect":
        if (peer.usable(now.boot) === undefined) this.#calling.start(peer, now);
        return;
      case "active":
        return this.#keeping.onActive(peer, now);
      case "resolved":
        return this.#calling.onResolved(peer, input.endpoints, now);
      case "send-failed":
        return this.#calling.onSendFailed(peer, input.to, input.error);
      default:
        unreachable(input);
    }
  }

  #onMessage(datagram: Uint8Array, source: Endpoint, now: Now): Peer | undefined {
    switch (datagram[0]) {
      case MESSAGE.init:
        return this.#answering.onInit(datagram, source, now);
      case MESSAGE.response:
        return this.#calling.onResponse(datagram, now);
      case MESSAGE.cookie:
        this.#context.drop("cookie");
        return undefined;
      default:
        this.#context.drop("type");
        return undefined;
    }
  }

  #onFirstReceived(index: number, source: Endpoint, now: Now): Peer | undefined {
    return this.#withSession(index, (peer) => this.#heard(peer, index, source, now));
  }

  /** DATA opened under a session: the other side has it too. */
  #heard(peer: Peer, index: number, source: Endpoint, now: Now): void {
    if (peer.confirming?.index === index) peer.confirming = undefined;
    this.#answering.onFirstReceived(peer, index, source, now);
  }

  #onOpened(input: Extract<Input, { type: "opened" }>, now: Now): Peer | undefined {
    return this.#withSession(input.index, (peer) => {
      // Two threads may report a session's first messages in either order.
      this.#heard(peer, input.index, input.source, now);
      if (input.kind === KIND.probe) this.#probing.onProbe(peer, input.plaintext, input.source, now);
      else this.#controlling.onControl(peer, input.index, input.plaintext, now);
    });
  }

  #onDeadline(peer: Peer, name: PeerDeadline, now: Now): void {
    this.insight.countDeadline(name);
    switch (name) {
      case "retry":
        return this.#calling.retry(peer, now);
      case "persist":
        return this.#calling.start(peer, now);
      case "handshakes":
        return this.#calling.expireHandshakes(peer, now);
      case "confirm":
        return this.#calling.repeatConfirmation(peer);
      case "pending":
        return this.#answering.expirePending(peer, now);
      case "sessions":
        return this.#sessions.expire(peer, now);
      case "traffic":
        return this.#keeping.onTraffic(peer, now);
      case "ping":
        return this.#keeping.onPing(peer, now);
      case "roaming":
        return this.#roaming.decide(peer, now);
      case "renew":
        return this.#renewing.call(peer, now);
      case "moving":
        return this.#moving.repeat(peer, now);
      case "resolve":
        return this.#calling.resolveAgain(peer, now);
      default:
        unreachable(name);
    }
  }

  #withSession(index: number, act: (peer: Peer) => void): Peer | undefined {
    const peer = this.#sessions.find(index)?.peer;
    if (peer !== undefined) act(peer);
    return peer;
  }

  #withPeer(id: PeerId, act: (peer: Peer) => void): Peer | undefined {
    const peer = this.#peers.get(id);
    if (peer !== undefined) act(peer);
    return peer;
  }

  #add(peer: Peer): void {
    const key = encodeKey(peer.settings.publicKey);
    invariant(!this.#peers.has(peer.id) && !this.#byKey.has(key), "two peers with one id or key");
    this.#peers.set(peer.id, peer);
    this.#byKey.set(key, peer);
  }

  #requeue(peer: Peer): void {
    this.#queue.set(peer, peer.deadlines.next());
  }

  #takeEffects(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}

/** In [0, 1). */
function fraction(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}
