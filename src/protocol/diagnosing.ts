/**
 * What calls that we do not answer say about why there is no link: somebody at a peer's endpoint has another key, network or version;
 * somebody whom no peer is knows our key.
 *
 * Anybody can send such calls, so that only a few a second are looked at, and nothing but words comes of them.
 *
 * @see docs/protocol.md §2
 */
import { type Endpoint, formatEndpoint } from "../base/endpoint.js";
import { encodeKey } from "../base/keys.js";
import type { BootMillis, Now } from "../base/time.js";
import { suspect } from "./blaming.js";
import type { NodeContext } from "./context.js";
import type { Caller } from "./handshake/responder.js";
import { DIAGNOSES_PER_SECOND, STRANGER_LIFETIME, STRANGER_NOTICE_INTERVAL, STRANGERS_REMEMBERED } from "./limits.js";
import type { Peer } from "./peer.js";
import { RateLimit } from "./rate-limit.js";
import type { Hint, Stranger } from "./reasons.js";
import { type DropReason, isDrop } from "./wire/drop-reason.js";
import { VERSION } from "./wire/layouts.js";

export class Diagnosing {
  readonly #limit = new RateLimit(DIAGNOSES_PER_SECOND);
  /** By their keys, in the order of their calls. */
  readonly #strangers = new Map<string, { readonly stranger: Stranger; readonly at: BootMillis }>();
  #mayTellAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly context: NodeContext,
    private readonly peers: () => Iterable<Peer>,
  ) {}

  /** Those who called last, the latest first. */
  strangers(now: BootMillis): Stranger[] {
    const recent = [...this.#strangers.values()].filter(({ at }) => now < at + STRANGER_LIFETIME);
    return recent.map(({ stranger }) => stranger).reverse();
  }

  /** An INIT from `source` was dropped before it named its sender. */
  onRefusedCall(reason: DropReason, source: Endpoint, now: Now): void {
    const endpoint = formatEndpoint(source);
    if (reason === "mac1") this.#suspect({ code: "call-for-another", endpoint }, source, now);
    if (reason === "auth") this.#suspect({ code: "other-network", endpoint }, source, now);
  }

  /** A handshake message of another version came. */
  onOtherVersion(version: number, source: Endpoint, now: Now): void {
    this.#suspect({ code: "other-version", endpoint: formatEndpoint(source), version, newer: version > VERSION }, source, now);
  }

  /** An INIT named somebody whom no peer is. Spends the caller. */
  onUnknownCaller(caller: Caller, source: Endpoint, now: Now): void {
    if (!this.#limit.allows(now.boot)) return caller.wipe();
    const publicKey = encodeKey(caller.initiator);
    const offer = caller.readPayload(this.context.capabilities);
    // Only who holds the key can make what its payload is sealed with.
    if (isDrop(offer)) return;
    offer.wipe();
    const endpoint = formatEndpoint(source);
    this.#remember({ publicKey, endpoint, lastCall: now.real }, now);
    this.#suspectAt({ code: "other-key", endpoint, publicKey }, source, now);
  }

  #suspect(hint: Hint, source: Endpoint, now: Now): void {
    if (this.#limit.allows(now.boot)) this.#suspectAt(hint, source, now);
  }

  #suspectAt(hint: Hint, source: Endpoint, now: Now): void {
    for (const peer of this.peers()) if (peer.isKnownEndpoint(source)) suspect(this.context, peer, hint, now.boot);
  }

  #remember(stranger: Stranger, now: Now): void {
    const isNew = !this.#strangers.delete(stranger.publicKey);
    this.#strangers.set(stranger.publicKey, { stranger, at: now.boot });
    for (const oldest of this.#strangers.keys()) {
      if (this.#strangers.size <= STRANGERS_REMEMBERED) break;
      this.#strangers.delete(oldest);
    }
    if (!isNew || now.boot < this.#mayTellAt) return;
    this.#mayTellAt = now.boot + STRANGER_NOTICE_INTERVAL;
    this.context.emit({ type: "stranger", stranger });
  }
}
