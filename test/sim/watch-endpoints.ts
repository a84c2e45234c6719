/**
 * A peer's endpoint moves only after proof that the peer is there: an accepted RESP to an INIT that was sent there, a PATH_RESPONSE
 * that came from there, or the DATA that confirmed a session while there was no endpoint.
 *
 * @see docs/protocol.md §8
 */
import type { Endpoint } from "../../src/base/endpoint.js";
import type { Effect, Input, PeerId } from "../../src/protocol/effects.js";
import type { Node } from "../../src/protocol/node.js";
import { isDrop } from "../../src/protocol/wire/drop-reason.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import { decodeInit, decodeResponse, MESSAGE } from "../../src/protocol/wire/layouts.js";
import { decodeProbe } from "../../src/protocol/wire/probe.js";
import { must } from "./must.js";
import type { Observer } from "./observer.js";
import { textOf } from "./places.js";
import type { Site } from "./site.js";

/** What is known of one incarnation of a node. */
class Known {
  /** Where INITs went, by their index. */
  readonly calls = new Map<number, string>();
  /** Where challenges went, by their token. */
  readonly challenges = new Map<bigint, string>();
  /** Peers of the sessions that wait for their first DATA, by index. */
  readonly pending = new Map<number, PeerId>();
  readonly placed = new Set<PeerId>();
  /** Addresses that answered a challenge, each behind its peer. */
  readonly answered = new Set<string>();
  /** What the input that is being handled proves. */
  proven: string | undefined;
  /** The input is a RESP that a site made, to the INIT of this index. */
  responseTo: { readonly index: number; readonly by: string } | undefined;
}

export class EndpointWatch implements Observer {
  readonly #known = new WeakMap<Node, Known>();
  /** Who made a RESP, by its bytes. */
  readonly #responses = new Map<string, string>();

  input(site: Site, input: Input): void {
    const known = this.#of(site);
    known.responseTo = input.type === "message" ? this.#responseTo(input.datagram) : undefined;
    known.proven = undefined;
    if (input.type === "first-received") this.#onFirst(known, input.index, input.source);
    if (input.type === "opened") this.#onOpened(site, known, input);
  }

  handled(site: Site): void {
    this.#of(site).proven = undefined;
  }

  effect(site: Site, effect: Effect): void {
    const known = this.#of(site);
    switch (effect.type) {
      case "send":
        return this.#onSend(site, known, effect);
      case "install":
        if (effect.session.promote) known.pending.set(effect.session.index, effect.session.peer);
        else this.#onEstablished(site, known, effect.session.index, effect.session.peer);
        return;
      case "use":
      case "remove":
        known.pending.delete(effect.index);
        return;
      case "seal":
        return this.#onSeal(site, known, effect);
      case "endpoint":
        return this.#onMove(site, known, effect.peer, effect.endpoint);
    }
  }

  #onFirst(known: Known, index: number, source: Endpoint): void {
    const peer = known.pending.get(index);
    if (peer !== undefined && !known.placed.has(peer)) known.proven = `${peer} ${textOf(source)}`;
  }

  #onOpened(site: Site, known: Known, { index, kind, plaintext, source }: Extract<Input, { type: "opened" }>): void {
    this.#onFirst(known, index, source);
    const probe = kind === KIND.probe ? decodeProbe(plaintext) : "kind";
    const peer = site.plane.sessions.get(index)?.install.peer;
    if (isDrop(probe) || probe.op !== "pathResponse" || peer === undefined) return;
    if (known.challenges.get(probe.token) === `${peer} ${textOf(source)}`) known.answered.add(`${peer} ${textOf(source)}`);
  }

  #onSend(site: Site, known: Known, { peer, to, datagram }: Extract<Effect, { type: "send" }>): void {
    if (datagram[0] === MESSAGE.response) this.#responses.set(keyOf(datagram), site.name);
    const init = decodeInit(datagram);
    if (!isDrop(init)) known.calls.set(init.senderIndex, `${peer} ${textOf(to)}`);
  }

  #onEstablished(site: Site, known: Known, index: number, peer: PeerId): void {
    const { responseTo } = known;
    must(responseTo?.index === index, `${site.name} made a session without a RESP to its INIT`);
    must(responseTo.by === site.peerName(peer), `${site.name} took a RESP of ${responseTo.by} for one of ${site.peerName(peer)}`);
    known.proven = known.calls.get(index);
  }

  #onSeal(site: Site, known: Known, { index, kind, plaintext, to }: Extract<Effect, { type: "seal" }>): void {
    const probe = kind === KIND.probe ? decodeProbe(plaintext) : "kind";
    const peer = site.plane.sessions.get(index)?.install.peer;
    if (isDrop(probe) || probe.op !== "pathChallenge" || to === undefined || peer === undefined) return;
    known.challenges.set(probe.token, `${peer} ${textOf(to)}`);
    known.answered.delete(`${peer} ${textOf(to)}`);
  }

  #onMove(site: Site, known: Known, peer: PeerId, endpoint: Endpoint): void {
    const place = `${peer} ${textOf(endpoint)}`;
    must(known.proven === place || known.answered.has(place), `${site.name} moved ${site.peerName(peer)} to ${textOf(endpoint)} unproven`);
    known.answered.delete(place);
    known.placed.add(peer);
  }

  #responseTo(datagram: Uint8Array): Known["responseTo"] {
    const by = this.#responses.get(keyOf(datagram));
    const response = by === undefined ? "type" : decodeResponse(datagram);
    return by === undefined || isDrop(response) ? undefined : { index: response.receiverIndex, by };
  }

  #of(site: Site): Known {
    const known = this.#known.get(site.node) ?? new Known();
    this.#known.set(site.node, known);
    return known;
  }
}

function keyOf(datagram: Uint8Array): string {
  return Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength).toString("latin1");
}
