/**
 * What an unauthenticated datagram draws: nothing larger than 0.6 of it, but for the INIT after a restart, within its limits; and
 * an INIT changes nothing.
 *
 * @see docs/protocol.md §4 "The responder's duty", §5, §7
 */
import type { Endpoint } from "../../src/base/endpoint.js";
import { type BootMillis, SECOND } from "../../src/base/time.js";
import type { Effect, Input } from "../../src/protocol/effects.js";
import { RECOVERIES_PER_SECOND, RECOVERY_INTERVAL_PEER } from "../../src/protocol/limits.js";
import type { Node } from "../../src/protocol/node.js";
import { MESSAGE } from "../../src/protocol/wire/layouts.js";
import { must } from "./must.js";
import type { Observer } from "./observer.js";
import { textOf } from "./places.js";
import type { Site } from "./site.js";

const ANSWER_MOST = 0.6;
/** An INIT is no reason for these. */
const NOT_BY_INIT = new Set<Effect["type"]>(["endpoint", "use", "seal", "watch", "discard-staged", "notice"]);

export class AnswerWatch implements Observer {
  /** Of the datagram that is in the data plane: its length, what was sent since, whether it was authentic. */
  #receiving: { readonly length: number; sent: number; authentic: boolean } | undefined;
  /** The input that a node is handling. */
  #cause: Input | undefined;
  #sends = 0;
  #established = false;
  readonly #recoveries = new WeakMap<Node, { readonly peer: number; readonly at: BootMillis }[]>();

  receiving(_: Site, datagram: Uint8Array): void {
    this.#receiving = { length: datagram.length, sent: 0, authentic: false };
  }

  opened(): void {
    if (this.#receiving) this.#receiving.authentic = true;
  }

  sending(site: Site, datagram: Uint8Array): void {
    const received = this.#receiving;
    if (received === undefined || received.authentic) return;
    received.sent += datagram.length;
    must(received.sent <= ANSWER_MOST * received.length, `${site.name} answered ${received.length} bytes with ${received.sent}`);
  }

  received(): void {
    this.#receiving = undefined;
  }

  input(_: Site, input: Input): void {
    this.#cause = input;
    this.#sends = 0;
    this.#established = false;
  }

  handled(): void {
    this.#cause = undefined;
  }

  effect(site: Site, effect: Effect, now: BootMillis): void {
    const cause = this.#cause;
    if (cause?.type === "unknown-index") this.#afterUnknownIndex(site, effect, cause.source, now);
    if (cause?.type !== "message") return;
    if (cause.datagram[0] === MESSAGE.init) this.#afterInit(site, effect, cause.datagram);
    else this.#afterAnswer(site, effect);
  }

  #afterInit(site: Site, effect: Effect, init: Uint8Array): void {
    must(!NOT_BY_INIT.has(effect.type), `an INIT made ${site.name} do this: ${effect.type}`);
    if (effect.type !== "send") return;
    must(++this.#sends === 1, `${site.name} answered an INIT twice`);
    must(effect.datagram.length <= ANSWER_MOST * init.length, `${site.name} answered an INIT with ${effect.datagram.length} bytes`);
  }

  /** A RESP or COOKIE is answered by nothing, unless it was authentic: then a session begins. */
  #afterAnswer(site: Site, effect: Effect): void {
    if (effect.type === "install") this.#established = true;
    const answers = effect.type === "send" || effect.type === "seal" || effect.type === "use" || effect.type === "endpoint";
    must(!answers || this.#established, `${site.name} answered a forged answer: ${effect.type}`);
    must(effect.type !== "send", `${site.name} answered an answer`);
  }

  #afterUnknownIndex(site: Site, effect: Effect, source: Endpoint, now: BootMillis): void {
    must(effect.type !== "seal", `${site.name} sealed something for an unknown index`);
    if (effect.type !== "send") return;
    const before = this.#recoveries.get(site.node) ?? [];
    const close = before.filter(({ at, peer }) => now - at < SECOND || (peer === effect.peer && now - at < RECOVERY_INTERVAL_PEER));
    must(textOf(effect.to) === textOf(source) && effect.datagram[0] === MESSAGE.init, `${site.name} recovered in another way than by INIT`);
    must(!close.some(({ peer }) => peer === effect.peer), `${site.name} called ${site.peerName(effect.peer)} twice within 5 s`);
    must(++this.#sends === 1, `${site.name} sent more than one INIT for an unknown index`);
    // What was saved up, and what came in within the second.
    must(close.length < 2 * RECOVERIES_PER_SECOND, `${site.name} recovers more often than it may`);
    this.#recoveries.set(site.node, [...close, { peer: effect.peer, at: now }]);
  }
}
