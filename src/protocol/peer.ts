import { type ConfiguredEndpoint, type Endpoint, formatEndpoint, isSameEndpoint, literalEndpoint } from "../base/endpoint.js";
import type { BootMillis, Millis } from "../base/time.js";
import type { Contest } from "./contest.js";
import { Deadlines } from "./deadlines.js";
import type { PeerId } from "./effects.js";
import type { Initiation } from "./handshake/initiator.js";
import type { Prologue } from "./handshake/prologue.js";
import { CONTROL_PER_SECOND, HINT_LIFETIME, PENDING_LIFETIME, PROBE_REPLIES_PER_SECOND, UNANSWERED_UNREACHABLE } from "./limits.js";
import { RateLimit } from "./rate-limit.js";
import type { Hint, PeerState, Reason } from "./reasons.js";
import type { PendingSession, Session } from "./session.js";
import type { Hello } from "./wire/control.js";

/** What the configuration says of a peer. */
export interface PeerSettings {
  readonly id: PeerId;
  readonly publicKey: Uint8Array;
  /** Zeros when there is none. */
  readonly presharedKey: Uint8Array;
  readonly endpoint: ConfiguredEndpoint | undefined;
  /** 0 when off. */
  readonly persistentKeepalive: Millis;
}

/** An INIT on its way. */
export interface OutgoingHandshake {
  readonly index: number;
  readonly initiation: Initiation;
  readonly sentTo: Endpoint;
  readonly sentAt: BootMillis;
  /** Not refused by the kernel. */
  sent: boolean;
}

/** Our attempt to reach a peer, from the first INIT to an answer or to giving up. */
export interface Call {
  readonly startedAt: BootMillis;
  /** INITs sent so far; while there is no address, how often one was asked for. */
  tries: number;
  /** An answer did not authenticate. */
  refused: boolean;
}

/** Our word that we moved, while it is repeated. */
export interface Move {
  readonly token: bigint;
  readonly startedAt: BootMillis;
  repeats: number;
}

export type PeerDeadline =
  | "retry"
  | "handshakes"
  | "confirm"
  | "pending"
  | "sessions"
  | "traffic"
  | "ping"
  | "persist"
  | "roaming"
  | "moving"
  | "renew"
  | "resolve";

/** A PING that was not answered yet. */
export interface OutstandingPing {
  readonly token: bigint;
  readonly sentAt: BootMillis;
}

/** What the node knows of a peer's link. */
export interface PeerLink {
  readonly state: PeerState;
  readonly endpoint: Endpoint | undefined;
  /** Milliseconds since the epoch; 0 for never. */
  readonly lastHandshake: number;
  readonly roundTrip: Millis | undefined;
  readonly reason: Reason | undefined;
  /** What it last said of itself: its program, and the MTU of its interface. */
  readonly hello: { readonly agent: string; readonly innerMtu: number } | undefined;
}

/** Everything the node knows about one peer. */
export class Peer {
  readonly id: PeerId;
  /** Where packets go. Moved only by what docs/protocol.md §8 names. */
  active: Endpoint | undefined;
  activeSince: BootMillis = 0;
  /** What the configured endpoint stands for; empty while its name is not resolved. */
  resolved: readonly Endpoint[];

  readonly handshakes: OutgoingHandshake[] = [];
  readonly pending: PendingSession[] = [];
  current: Session | undefined;
  readonly retired: Session[] = [];

  call: Call | undefined;
  /** Since the last session was made. */
  triesUnanswered = 0;
  /** The session whose first DATA we wait for, and how often we have repeated ourselves. */
  confirming: { readonly index: number; repeats: number } | undefined;
  pings: OutstandingPing[] = [];
  pingSequence = 0;
  contest: Contest | undefined;
  move: Move | undefined;
  /** Of the challenge to an endpoint that was adopted unchallenged. */
  adoptionToken: bigint | undefined;
  /** Addresses that are not considered for roaming, by their text, until when. */
  readonly heldDown = new Map<string, BootMillis>();
  /** Of handshakes towards this peer; made when first needed. */
  prologue: Prologue | undefined;
  readonly deadlines = new Deadlines<PeerDeadline>();

  /** Milliseconds since the epoch; 0 for never. */
  lastHandshakeReal = 0;
  roundTrip: Millis | undefined;
  /** What it last said of itself. */
  hello: Hello | undefined;
  reason: Reason | undefined;
  /** What calls from its endpoint made us suspect. */
  hint: { readonly reason: Hint; readonly at: BootMillis } | undefined;
  /** What the log was told of since there was a link. */
  readonly toldReasons = new Set<Reason["code"]>();
  /** When DATA under an unknown index last made us call. */
  recoveredAt: BootMillis = Number.NEGATIVE_INFINITY;
  readonly probeReplies = new RateLimit(PROBE_REPLIES_PER_SECOND);
  readonly controlMessages = new RateLimit(CONTROL_PER_SECOND);

  constructor(readonly settings: PeerSettings) {
    this.id = settings.id;
    const literal = settings.endpoint && literalEndpoint(settings.endpoint);
    this.resolved = literal ? [literal] : [];
  }

  /** The session that packets are sent under, if it still may be. */
  usable(now: BootMillis): Session | undefined {
    return this.current !== undefined && now < this.current.expiresAt ? this.current : undefined;
  }

  /** The sessions that both sides may have: all but the pending ones. */
  held(): Session[] {
    return [...(this.current ? [this.current] : []), ...this.retired];
  }

  /** Whether the peer may send under that session: the current one, or its twin from a simultaneous open. */
  maySendUnder(index: number): boolean {
    const { current } = this;
    if (current === undefined || current.index === index) return current !== undefined;
    const other = this.retired.find((session) => session.index === index);
    return other !== undefined && other.role !== current.role && Math.abs(other.startedAt - current.startedAt) < PENDING_LIFETIME;
  }

  /** Where an INIT may go: the active endpoint, then the configured one. */
  knownEndpoints(): Endpoint[] {
    const known = new Map<string, Endpoint>();
    for (const endpoint of [...(this.active ? [this.active] : []), ...this.resolved]) known.set(formatEndpoint(endpoint), endpoint);
    return [...known.values()];
  }

  isKnownEndpoint(endpoint: Endpoint): boolean {
    const isIt = (known: Endpoint) => isSameEndpoint(known, endpoint);
    return (this.active !== undefined && isIt(this.active)) || this.resolved.some(isIt);
  }

  /** Sends to another address from now on, of whose path nothing is known. */
  moveTo(endpoint: Endpoint, now: BootMillis): void {
    this.active = endpoint;
    this.activeSince = now;
    this.roundTrip = undefined;
    this.pings = [];
    this.contest = undefined;
    this.adoptionToken = undefined;
    this.deadlines.clear("roaming");
  }

  link(now: BootMillis): PeerLink {
    const { hello } = this;
    return {
      state: this.#state(now),
      endpoint: this.active ?? this.resolved[0],
      lastHandshake: this.lastHandshakeReal,
      roundTrip: this.roundTrip,
      reason: this.#shownReason(now),
      hello: hello && { agent: hello.agent, innerMtu: hello.innerMtu },
    };
  }

  /** That nobody answers says less than what somebody sends. */
  #shownReason(now: BootMillis): Reason | undefined {
    const { hint, reason } = this;
    const hinted = hint !== undefined && now < hint.at + HINT_LIFETIME && (reason === undefined || reason.code === "no-answer");
    return hinted ? hint.reason : reason;
  }

  #state(now: BootMillis): PeerState {
    if (this.deadlines.has("renew")) return "handshaking";
    const silent = this.triesUnanswered >= UNANSWERED_UNREACHABLE;
    if (this.usable(now) && !silent) return "established";
    if (this.reason !== undefined && (silent || this.call === undefined)) return "unreachable";
    return this.call === undefined ? "idle" : "handshaking";
  }
}
