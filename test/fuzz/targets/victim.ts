/** A node without a data plane, of which everything that it wants done is looked at. */
import { type Endpoint, formatEndpoint } from "../../../src/base/endpoint.js";
import type { BootMillis, Millis } from "../../../src/base/time.js";
import type { Effect, Input, PeerId, SessionInstall } from "../../../src/protocol/effects.js";
import { PENDING_PER_PEER, RETIRED_PER_PEER } from "../../../src/protocol/limits.js";
import type { Node } from "../../../src/protocol/node.js";
import { MESSAGE } from "../../../src/protocol/wire/layouts.js";
import { must } from "../engine/target.js";

const HELD_MOST = PENDING_PER_PEER + 1 + RETIRED_PER_PEER;
/** Bytes of an answer for each of the INIT that it answers. */
const ANSWER_MOST = 0.6;
/** Deadlines that a second brings at most. */
const WAKES_PER_SECOND = 200;

/** What only DATA, an answer to our own INIT, or time may bring about. */
const OF_SESSIONS: ReadonlySet<Effect["type"]> = new Set(["use", "seal", "endpoint", "discard-staged", "resolve", "watch"] as const);

export class Victim {
  now: BootMillis = 1_000_000;
  /** What it sent, newest last. */
  readonly sent: Uint8Array[] = [];
  /** What it sealed, newest last. */
  readonly sealed: Uint8Array[] = [];
  /** Its sessions, by our index, oldest first. */
  readonly sessions = new Map<number, SessionInstall>();
  /** What it was last told to send under, by peer. */
  readonly currents = new Map<PeerId, number>();

  /** @param untouched a peer to which nothing may happen */
  constructor(
    private readonly node: Node,
    private readonly untouched: PeerId,
  ) {
    for (const effect of node.start(this.#clock())) this.#carryOut(effect);
  }

  tell(input: Input): void {
    const effects = this.node.handle(input, this.#clock());
    if (input.type === "message") checkAnswer(input.datagram, input.source, effects);
    for (const effect of effects) this.#see(effect);
    this.#checkHeld();
  }

  /** Lets time pass, and its deadlines come. */
  wait(millis: Millis): void {
    const until = this.now + millis;
    for (let wakes = 0; ; wakes++) {
      const next = this.node.nextDeadline() ?? Number.POSITIVE_INFINITY;
      if (next > until) break;
      must(wakes <= 10 + (millis / 1000) * WAKES_PER_SECOND, `${wakes} deadlines in ${millis} ms`);
      this.now = Math.max(this.now, next);
      for (const effect of this.node.handleDeadline(this.#clock())) this.#see(effect);
      must((this.node.nextDeadline() ?? Number.POSITIVE_INFINITY) > this.now, "the next deadline is in the past");
      this.#checkHeld();
    }
    this.now = until;
  }

  #see(effect: Effect): void {
    const peer = "peer" in effect ? effect.peer : "index" in effect ? this.sessions.get(effect.index)?.peer : undefined;
    must(peer !== this.untouched, `${effect.type} for a peer that did nothing`);
    this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case "send":
        this.sent.push(effect.datagram);
        return;
      case "install":
        must(effect.session.index !== 0 && !this.sessions.has(effect.session.index), `installs ${effect.session.index} twice`);
        must(effect.session.expiresAt > this.now, "installs a session that is over");
        this.sessions.set(effect.session.index, effect.session);
        return;
      case "use": {
        const session = this.#usable(effect.index, "uses");
        this.currents.set(session.peer, effect.index);
        return;
      }
      case "seal": {
        const session = this.#usable(effect.index, "seals under");
        must(this.currents.get(session.peer) === effect.index, "seals under a session that only receives");
        must(effect.plaintext.length <= 1500, `seals ${effect.plaintext.length} bytes`);
        this.sealed.push(effect.plaintext);
        return;
      }
      case "remove":
        must(this.sessions.delete(effect.index), `removes ${effect.index}, which it has not`);
        return;
    }
  }

  #usable(index: number, does: string): SessionInstall {
    const session = this.sessions.get(index);
    must(session !== undefined, `${does} ${index}, which it has not`);
    must(this.now < session.expiresAt, `${does} ${index}, which is over`);
    return session;
  }

  #checkHeld(): void {
    const held = new Map<PeerId, number>();
    for (const { peer } of this.sessions.values()) held.set(peer, (held.get(peer) ?? 0) + 1);
    for (const [peer, count] of held) must(count <= HELD_MOST, `${count} sessions of peer ${peer}`);
  }

  #clock() {
    return { boot: this.now, real: 1_700_000_000_000 + this.now };
  }
}

/** What a handshake message alone may bring about. */
function checkAnswer(datagram: Uint8Array, source: Endpoint, effects: readonly Effect[]): void {
  const sends = effects.filter((effect) => effect.type === "send");
  for (const { to, datagram: answer } of sends) {
    must(datagram[0] === MESSAGE.init, `a message of type ${datagram[0]} is answered`);
    must(answer.length <= ANSWER_MOST * datagram.length, `${datagram.length} bytes draw ${answer.length}`);
    must(formatEndpoint(to) === formatEndpoint(source), "an answer goes elsewhere");
  }
  must(sends.length <= 1, `${sends.length} answers`);
  if (datagram[0] === MESSAGE.response) return;
  for (const { type } of effects) must(!OF_SESSIONS.has(type), `a message of type ${datagram[0]} makes it ${type}`);
}
