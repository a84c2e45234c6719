/**
 * Every session of the node, who owns it, and how a peer's sessions follow one another.
 *
 * install → (pending, until its first DATA) → promote → current → retired: receives only → remove
 *
 * @see docs/protocol.md §7
 */
import type { BootMillis, Now } from "../base/time.js";
import { exonerate } from "./blaming.js";
import type { NodeContext } from "./context.js";
import type { Greeting } from "./greeting.js";
import type { Established } from "./handshake/initiator.js";
import { subkeys, wipeSessionKeys } from "./handshake/session-keys.js";
import { REJECT_AFTER_TIME, RETIRED_PER_PEER } from "./limits.js";
import type { Peer } from "./peer.js";
import type { Pinging } from "./pinging.js";
import type { Session } from "./session.js";
import { SessionIndices } from "./session-indices.js";
import { CAPABILITY } from "./wire/capabilities.js";
import { KIND } from "./wire/kinds.js";

const EMPTY = new Uint8Array(0);

/** A session together with its peer. */
export interface OwnedSession<S extends Session = Session> {
  readonly peer: Peer;
  readonly session: S;
}

export class Sessions {
  readonly indices: SessionIndices;
  readonly #owned = new Map<number, OwnedSession>();

  constructor(
    private readonly context: NodeContext,
    private readonly pinging: Pinging,
    private readonly greeting: Greeting,
  ) {
    this.indices = new SessionIndices(context.random);
  }

  /** The session of that index, of ours, and its peer. */
  find(index: number): OwnedSession | undefined {
    return this.#owned.get(index);
  }

  /** Hands a session to the data plane, which receives under it from now on. Its keys are wiped. */
  install(peer: Peer, session: Session, made: Established, rekeyAt: BootMillis): void {
    const { suite } = this.context;
    const { send, receive } = made.keys;
    this.#owned.set(session.index, { peer, session });
    this.context.emit({
      type: "install",
      session: {
        index: session.index,
        remoteIndex: made.remoteIndex,
        peer: peer.id,
        capabilities: session.capabilities,
        promote: session.role === "responder",
        rekeyOnData: session.role === "responder",
        generation: session.generation,
        rekeyAt,
        expiresAt: session.expiresAt,
        sendSubkeys: subkeys(suite, send.key, send.sid),
        receiveSubkeys: subkeys(suite, receive.key, receive.sid),
      },
    });
    wipeSessionKeys(made.keys);
  }

  /** Makes a session the one we send under. Its predecessor only receives from now on. */
  promote(peer: Peer, session: Session, now: Now): void {
    const ended = peer.retired.some(({ generation }) => generation !== this.context.generation);
    const renewed = ended || peer.usable(now.boot) !== undefined;
    this.retire(peer, now);
    peer.current = session;
    peer.lastHandshakeReal = now.real;
    const troubled = peer.toldReasons.size > 0;
    exonerate(peer);
    peer.pings = [];
    this.context.emit({ type: "use", index: session.index });
    this.pinging.ping(peer, session, now);
    this.greeting.greet(session);
    this.context.emit({ type: "notice", peer: peer.id, notice: renewed && !troubled ? "rekeyed" : "established" });
    this.#scheduleExpiry(peer);
    if (peer.settings.persistentKeepalive > 0) peer.deadlines.set("ping", now.boot + peer.settings.persistentKeepalive);
  }

  /** Sends no more under the session that is in use, if one is. */
  retire(peer: Peer, now: Now): void {
    const { current } = peer;
    peer.current = undefined;
    peer.deadlines.clear("ping");
    if (current !== undefined) this.keepReceiving(peer, current, now);
  }

  /** Holds a session for what may still come under it. The oldest of too many goes. */
  keepReceiving(peer: Peer, session: Session, now: Now): void {
    peer.retired.push(session);
    while (peer.retired.length > RETIRED_PER_PEER) this.remove(peer.retired.shift(), now);
    this.#scheduleExpiry(peer);
  }

  /** Sends an empty packet, of a kind that both sides know. */
  sendEmpty(session: Session): void {
    const kind = session.capabilities & CAPABILITY.l3 ? KIND.ip : KIND.ethernet;
    this.context.emit({ type: "seal", index: session.index, kind, plaintext: EMPTY });
  }

  /** Forgets the sessions of a peer whose time is over. */
  expire(peer: Peer, now: Now): void {
    const served = peer.current !== undefined;
    for (const session of peer.held()) if (now.boot >= session.expiresAt) this.forget(peer, session, now);
    this.#scheduleExpiry(peer);
    if (!served || peer.current !== undefined) return;
    this.context.emit({ type: "notice", peer: peer.id, notice: "session-expired" });
    if (peer.settings.persistentKeepalive > 0 && peer.call === undefined) peer.deadlines.setNoLater("persist", now.boot);
  }

  /** Forgets one session of a peer. */
  forget(peer: Peer, session: Session, now: Now): void {
    this.remove(session, now);
    const position = peer.retired.indexOf(session);
    if (position >= 0) peer.retired.splice(position, 1);
    if (peer.current === session) {
      peer.current = undefined;
      peer.deadlines.clear("ping");
    }
    this.#scheduleExpiry(peer);
  }

  /** Takes a session from the data plane, which wipes its keys. */
  remove(session: Session | undefined, now: Now): void {
    if (session === undefined) return;
    this.#owned.delete(session.index);
    this.context.emit({ type: "remove", index: session.index });
    this.indices.release(session.index, now.boot);
  }

  #scheduleExpiry(peer: Peer): void {
    peer.deadlines.clear("sessions");
    for (const session of peer.held()) peer.deadlines.setNoLater("sessions", session.expiresAt);
  }
}

/** When a session that begins now ends. */
export function expiryOf(now: Now): BootMillis {
  return now.boot + REJECT_AFTER_TIME;
}
