/**
 * What the shim does, in memory: sessions, staged packets, counters, and the events that native-shim/include/tv.h describes.
 *
 *   transmit()   packet of the interface → peer → session, or staged
 *   receive()    datagram → session → window → open → events → source check → interface
 */
import { type Endpoint, formatEndpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import { type BootMillis, SECOND } from "../../src/base/time.js";
import type { Effect, Input, PeerId, Traffic } from "../../src/protocol/effects.js";
import { REKEY_AFTER_MESSAGES, STAGED_PER_DEVICE, STAGED_PER_PEER } from "../../src/protocol/limits.js";
import { RateLimit } from "../../src/protocol/rate-limit.js";
import { allowsKind, CAPABILITY } from "../../src/protocol/wire/capabilities.js";
import { isDrop } from "../../src/protocol/wire/drop-reason.js";
import { isKind, KIND, type Kind } from "../../src/protocol/wire/kinds.js";
import {
  COOKIE_BYTES,
  type DataMessage,
  decodeData,
  INIT_BYTES,
  MESSAGE,
  RESPONSE_BYTES,
  VERSION,
} from "../../src/protocol/wire/layouts.js";
import { DataSession, type Sealed } from "./data-session.js";
import { decodePacket, type InnerPacket } from "./inner-packet.js";

/** What surrounds a data plane. */
export interface Surroundings {
  now(): BootMillis;
  send(to: Endpoint, datagram: Uint8Array): void;
  /** Passes an event to the node. */
  raise(event: Input): void;
  /** Hands a packet to the interface. */
  deliver(packet: InnerPacket, peer: PeerId): void;
  /** The peer whose allowed-ips cover the addresses of a site. */
  owner(site: number): PeerId | undefined;
  sealed(sealed: Sealed, session: DataSession): void;
  /** Authentic and new. */
  opened(message: DataMessage, session: DataSession): void;
}

/** What asks the data plane for something. The others are for whoever drives the node. */
export type DataPlaneEffect = Exclude<Effect, { type: "send" | "resolve" | "notice" | "trouble" | "stranger" }>;

const UNKNOWN_INDEX_PER_SECOND = 20;
const MOVED_INTERVAL = SECOND / 10;
const NO_SESSION_INTERVAL = SECOND;
const PADDING = 16;

class DataPeer {
  current: DataSession | undefined;
  /** What was current when DATA promoted another one, until the node has heard of that. */
  before: DataSession | undefined;
  endpoint: Endpoint | undefined;
  watched = false;
  noSessionAt = Number.NEGATIVE_INFINITY;
  movedAt = Number.NEGATIVE_INFINITY;
  traffic = { receivedAt: 0, sentAt: 0, unansweredReceivedAt: 0, unansweredSentAt: 0 };

  constructor(readonly id: PeerId) {}
}

export class DataPlane {
  readonly sessions = new Map<number, DataSession>();
  /** Of sessions that may send. */
  generation = 0;
  /** Of sessions to come. */
  firstCounter = 0;
  readonly drops = new Map<string, number>();
  /** Oldest first, of all peers. */
  readonly staged: { readonly peer: PeerId; readonly packet: Uint8Array }[] = [];
  readonly #peers: readonly DataPeer[];
  readonly #unknownIndex = new RateLimit(UNKNOWN_INDEX_PER_SECOND);

  constructor(
    private readonly surroundings: Surroundings,
    peers: number,
  ) {
    this.#peers = Array.from({ length: peers }, (_, id) => new DataPeer(id));
  }

  traffic(peer: PeerId): Traffic {
    return { ...this.#peer(peer).traffic };
  }

  /** Whether the node may take that session for the one that its peer sends under. */
  isCurrent(peer: PeerId, index: number): boolean {
    const { current, before } = this.#peer(peer);
    return current?.install.index === index || before?.install.index === index;
  }

  /** The index of the session that a peer's packets are sent under. */
  currentOf(peer: PeerId): number | undefined {
    return this.#peer(peer).current?.install.index;
  }

  maySend(session: DataSession): boolean {
    return session.isUsable(this.surroundings.now()) && session.install.generation === this.generation;
  }

  /** As if the clock had been set, or the machine copied. */
  endGeneration(): void {
    this.surroundings.raise({ type: "generation", generation: ++this.generation });
  }

  carryOut(effect: DataPlaneEffect): void {
    switch (effect.type) {
      case "install":
        this.sessions.set(effect.session.index, new DataSession(effect.session, this.firstCounter));
        return;
      case "use":
        return this.#use(effect.index);
      case "remove":
        return this.#remove(effect.index);
      case "seal":
        return this.#sealMessage(effect);
      case "endpoint":
        this.#peer(effect.peer).endpoint = effect.endpoint;
        return this.#sendStaged(this.#peer(effect.peer));
      case "watch":
        this.#peer(effect.peer).watched = true;
        return;
      case "discard-staged":
        for (const kept of this.staged.splice(0)) if (kept.peer !== effect.peer) this.staged.push(kept);
        return;
    }
  }

  /** A packet that the interface gave us, for another site. */
  transmit(to: number, packet: Uint8Array): void {
    const id = this.surroundings.owner(to);
    if (id === undefined) return this.#drop("no-route");
    const peer = this.#peer(id);
    const session = this.#usable(peer);
    if (session === undefined) this.#stage(peer, packet);
    else if (peer.endpoint === undefined) this.#drop("no-endpoint");
    else this.#seal(peer, session, KIND.ip, padded(packet), peer.endpoint);
  }

  receive(datagram: Uint8Array, source: Endpoint): void {
    const length = HANDSHAKE_BYTES[datagram[0] ?? 0];
    if (length === undefined) return this.#receiveData(datagram, source);
    const [, version = VERSION, ...reserved] = datagram.subarray(0, 4);
    if (version !== VERSION && reserved.length === 2 && reserved.every((byte) => byte === 0)) {
      this.surroundings.raise({ type: "other-version", version, source });
    }
    if (datagram.length !== length) return this.#drop("length");
    if (datagram[1] !== VERSION) return this.#drop("version");
    if (datagram[2] !== 0 || datagram[3] !== 0) return this.#drop("reserved");
    this.surroundings.raise({ type: "message", datagram, source });
  }

  #receiveData(datagram: Uint8Array, source: Endpoint): void {
    const message = decodeData(datagram);
    if (isDrop(message)) return this.#drop(message);
    const { kind, receiverIndex, counter } = message;
    const now = this.surroundings.now();
    const session = this.sessions.get(receiverIndex);
    if (session === undefined) {
      this.#drop("index");
      if (this.#unknownIndex.allows(now)) this.surroundings.raise({ type: "unknown-index", source });
      return;
    }
    if (!allowsKind(session.install.capabilities, kind)) return this.#drop("kind");
    if (!session.isOpen(now)) return this.#drop("expired");
    if (!session.window.isFresh(counter)) return this.#drop("replay");
    const plaintext = session.open(message);
    if (plaintext === undefined) return this.#drop("auth");
    const ahead = counter > session.window.head;
    if (!session.window.mark(counter)) return this.#drop("replay");
    this.surroundings.opened(message, session);
    this.#opened(session, kind, plaintext, source, ahead);
  }

  #opened(session: DataSession, kind: Kind, plaintext: Uint8Array, source: Endpoint, ahead: boolean): void {
    const { index } = session.install;
    const peer = this.#peer(session.install.peer);
    const now = this.surroundings.now();
    peer.traffic = { ...peer.traffic, receivedAt: now, unansweredSentAt: 0 };
    if (!session.firstReceived) {
      session.firstReceived = true;
      if (session.install.promote && peer.endpoint !== undefined) {
        peer.before = peer.current;
        peer.current = session;
      }
      this.surroundings.raise({ type: "first-received", index, source });
    }
    if (ahead) this.#raiseMoved(peer, index, source, now);
    if (kind === KIND.probe || kind === KIND.control) return this.surroundings.raise({ type: "opened", index, kind, plaintext, source });
    if (plaintext.length === 0) return;
    if (peer.traffic.unansweredReceivedAt === 0) peer.traffic.unansweredReceivedAt = now;
    this.#raiseActive(peer);
    const packet = decodePacket(plaintext);
    if (packet === undefined) return this.#drop("inner");
    if (this.surroundings.owner(packet.from) !== peer.id) return this.#drop("source");
    this.surroundings.deliver(packet, peer.id);
  }

  #raiseMoved(peer: DataPeer, index: number, source: Endpoint, now: BootMillis): void {
    if (peer.endpoint !== undefined && formatEndpoint(peer.endpoint) === formatEndpoint(source)) return;
    if (now - peer.movedAt < MOVED_INTERVAL) return;
    peer.movedAt = now;
    this.surroundings.raise({ type: "moved", index, source });
  }

  #raiseActive(peer: DataPeer): void {
    if (!peer.watched) return;
    peer.watched = false;
    this.surroundings.raise({ type: "active", peer: peer.id });
  }

  #use(index: number): void {
    const session = this.#session(index);
    const peer = this.#peer(session.install.peer);
    if (!this.maySend(session)) return this.surroundings.raise({ type: "unusable", index });
    const queued = this.staged.some((staged) => staged.peer === peer.id);
    peer.current = session;
    peer.before = undefined;
    this.#sendStaged(peer);
    if (queued || peer.endpoint === undefined) return;
    const kind = session.install.capabilities & CAPABILITY.l3 ? KIND.ip : KIND.ethernet;
    this.#seal(peer, session, kind, new Uint8Array(0), peer.endpoint);
  }

  #remove(index: number): void {
    const session = this.#session(index);
    const peer = this.#peer(session.install.peer);
    if (peer.current === session) peer.current = undefined;
    this.sessions.delete(index);
  }

  #sealMessage({ index, kind, plaintext, to }: Extract<Effect, { type: "seal" }>): void {
    const session = this.#session(index);
    const peer = this.#peer(session.install.peer);
    const endpoint = to ?? peer.endpoint;
    invariant(isKind(kind), `a message of kind ${kind}`);
    if (endpoint === undefined) return this.#drop("no-endpoint");
    this.#seal(peer, session, kind, plaintext, endpoint);
  }

  #stage(peer: DataPeer, packet: Uint8Array): void {
    const own = this.staged.findIndex((staged) => staged.peer === peer.id);
    const ownCount = this.staged.filter((staged) => staged.peer === peer.id).length;
    if (ownCount >= STAGED_PER_PEER) this.staged.splice(own, 1);
    else if (this.staged.length >= STAGED_PER_DEVICE) this.staged.shift();
    this.staged.push({ peer: peer.id, packet });
    const now = this.surroundings.now();
    if (now - peer.noSessionAt < NO_SESSION_INTERVAL) return;
    peer.noSessionAt = now;
    this.surroundings.raise({ type: "no-session", peer: peer.id });
  }

  #sendStaged(peer: DataPeer): void {
    const session = this.#usable(peer);
    if (session === undefined || peer.endpoint === undefined) return;
    const all = this.staged.splice(0);
    for (const staged of all) {
      if (staged.peer === peer.id) this.#seal(peer, session, KIND.ip, padded(staged.packet), peer.endpoint);
      else this.staged.push(staged);
    }
  }

  #seal(peer: DataPeer, session: DataSession, kind: Kind, plaintext: Uint8Array, to: Endpoint): void {
    const now = this.surroundings.now();
    const { rekeyAt, rekeyOnData, index, capabilities } = session.install;
    if (!this.maySend(session)) return this.#drop("expired");
    if (!allowsKind(capabilities, kind)) return this.#drop("kind");
    const sealed = session.seal(kind, plaintext);
    this.surroundings.sealed(sealed, session);
    peer.traffic = { ...peer.traffic, sentAt: now, unansweredReceivedAt: 0 };
    const isData = plaintext.length > 0 && kind <= KIND.ethernetPartial;
    if (isData) {
      if (peer.traffic.unansweredSentAt === 0) peer.traffic.unansweredSentAt = now;
      this.#raiseActive(peer);
    }
    const due = (now >= rekeyAt && (isData || !rekeyOnData)) || sealed.counter >= REKEY_AFTER_MESSAGES;
    if (due && !session.rekeyRaised) {
      session.rekeyRaised = true;
      this.surroundings.raise({ type: "rekey", index });
    }
    this.surroundings.send(to, sealed.datagram);
  }

  #usable(peer: DataPeer): DataSession | undefined {
    return peer.current && this.maySend(peer.current) ? peer.current : undefined;
  }

  #session(index: number): DataSession {
    const session = this.sessions.get(index);
    invariant(session !== undefined, `the data plane has no session ${index}`);
    return session;
  }

  #peer(id: PeerId): DataPeer {
    const peer = this.#peers[id];
    invariant(peer !== undefined, `the data plane has no peer ${id}`);
    return peer;
  }

  #drop(reason: string): void {
    this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1);
  }
}

const HANDSHAKE_BYTES: Readonly<Record<number, number>> = {
  [MESSAGE.init]: INIT_BYTES,
  [MESSAGE.response]: RESPONSE_BYTES,
  [MESSAGE.cookie]: COOKIE_BYTES,
};

function padded(packet: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(packet.length / PADDING) * PADDING);
  bytes.set(packet);
  return bytes;
}
