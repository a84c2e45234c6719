/**
 * Who may hold a pending session, and what was answered before.
 *
 * An INIT proves nothing, so pending sessions are bounded, and a flood of them from one place makes room in that place first.
 *
 * @see docs/protocol.md §4 "Replayed INITs"
 */
import { addressBits } from "../base/address.js";
import { toHex } from "../base/bytes.js";
import type { Endpoint } from "../base/endpoint.js";
import type { Random } from "../crypto/suite.js";
import { ANSWERED_REMEMBERED, PENDING_KEPT_FOR_KNOWN, PENDING_PER_DEVICE, PENDING_PER_PEER } from "./limits.js";
import type { Peer } from "./peer.js";
import type { PendingSession } from "./session.js";
import type { OwnedSession } from "./sessions.js";

type Pending = OwnedSession<PendingSession>;

export class PendingSessions {
  /** By what identifies the INIT: everything before its macs. */
  readonly #byInit = new Map<string, Pending>();
  /** Ephemerals of answered INITs, in the order in which they were answered. */
  readonly #answered = new Set<string>();

  constructor(private readonly random: Random) {}

  /** Of all peers. */
  get size(): number {
    return this.#byInit.size;
  }

  /** How many answered INITs are remembered. */
  get answered(): number {
    return this.#answered.size;
  }

  /** The pending session that this very INIT made. */
  ofInit(datagram: Uint8Array): Pending | undefined {
    return this.#byInit.get(initKey(datagram));
  }

  /** Whether an INIT with this ephemeral was answered lately. */
  wasAnswered(ephemeral: Uint8Array): boolean {
    return this.#answered.has(text(ephemeral));
  }

  /** @returns the pending sessions that must go so that `peer` may hold one more from `source` */
  makeRoom(peer: Peer, source: Endpoint): Pending[] {
    const own = peer.pending.map((session) => ({ peer, session }));
    const strangers = own.filter(({ session }) => !peer.isKnownEndpoint(session.source));
    const full = strangers.length >= PENDING_PER_PEER - PENDING_KEPT_FOR_KNOWN;
    if (full && !peer.isKnownEndpoint(source)) return this.#fromLargestGroup(strangers);
    if (own.length >= PENDING_PER_PEER) return this.#fromLargestGroup(own);
    if (this.#byInit.size >= PENDING_PER_DEVICE) return this.#fromLargestGroup([...this.#byInit.values()]);
    return [];
  }

  add(peer: Peer, session: PendingSession): void {
    peer.pending.push(session);
    this.#byInit.set(initKey(session.init), { peer, session });
    this.#answered.add(text(session.init.subarray(8, 40)));
    for (const oldest of this.#answered) {
      if (this.#answered.size <= ANSWERED_REMEMBERED) break;
      this.#answered.delete(oldest);
    }
  }

  remove(peer: Peer, session: PendingSession): void {
    peer.pending.splice(peer.pending.indexOf(session), 1);
    this.#byInit.delete(initKey(session.init));
  }

  /** One of the source group that holds most, at random within it. */
  #fromLargestGroup(candidates: readonly Pending[]): Pending[] {
    const groups = new Map<string, Pending[]>();
    for (const candidate of candidates) {
      const group = sourceGroup(candidate.session.source);
      const members = groups.get(group);
      if (members) members.push(candidate);
      else groups.set(group, [candidate]);
    }
    const largest = [...groups.values()].reduce<Pending[]>((most, group) => (group.length > most.length ? group : most), []);
    const dice = this.random(4);
    const victim = largest[new DataView(dice.buffer, dice.byteOffset).getUint32(0) % Math.max(1, largest.length)];
    return victim ? [victim] : [];
  }
}

/** A source's /32 or /64: what one sender can easily have all of. */
function sourceGroup(source: Endpoint): string {
  const { family, bytes } = source.address;
  return toHex(bytes.subarray(0, Math.min(8, addressBits(family) / 8)));
}

function initKey(datagram: Uint8Array): string {
  return text(datagram.subarray(0, 112));
}

/** One character a byte: the smallest key that a map takes. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
