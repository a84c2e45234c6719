/**
 * Telling peers that we moved, before anything else of ours would.
 *
 * The host's addresses or routes change → a moment later, since changes come in bursts → "I moved" to each peer whose packets may
 * leave another way now, repeated until it answers → there our new address becomes a candidate.
 *
 * @see docs/protocol.md §8 "Roaming"
 */
import { type Family, formatAddress, type IpAddress, isLinkLocal } from "../base/address.js";
import { type Endpoint, isSameEndpoint } from "../base/endpoint.js";
import { formatPrefix, type IpPrefix } from "../base/prefix.js";
import { PrefixMap } from "../base/prefix-map.js";
import type { BootMillis, Now } from "../base/time.js";
import type { Calling } from "./calling.js";
import type { NodeContext } from "./context.js";
import type { HostChange } from "./effects.js";
import { HOST_ADDRESSES_KNOWN, HOST_NETWORKS_HELD, MOVING_REPEATS, MOVING_ROUNDS_PER_SECOND, MOVING_SETTLE } from "./limits.js";
import type { Move, Peer } from "./peer.js";
import { RateLimit } from "./rate-limit.js";
import { KIND } from "./wire/kinds.js";
import { encodeProbe } from "./wire/probe.js";

export class Moving {
  readonly #rounds = new RateLimit(MOVING_ROUNDS_PER_SECOND);
  /** Addresses of ours that are no news any more. */
  readonly #known = new Set<string>();
  /** Networks that may be reached another way, by their text. */
  readonly #changed = new Map<string, IpPrefix>();
  #due: BootMillis | undefined;

  constructor(
    private readonly context: NodeContext,
    private readonly calling: Calling,
  ) {}

  /** When the next round is due. */
  get due(): BootMillis | undefined {
    return this.#due;
  }

  onHostChanged(change: HostChange, now: Now): void {
    if (!this.#isNews(change)) return;
    for (const network of networksOf(change)) this.#changed.set(formatPrefix(network), network);
    if (this.#changed.size > HOST_NETWORKS_HELD) for (const network of EVERYTHING) this.#changed.set(formatPrefix(network), network);
    this.#due ??= now.boot + MOVING_SETTLE;
  }

  /** A round, when one is due. @returns the peers that it concerns */
  tell(peers: Iterable<Peer>, now: Now): Peer[] {
    if (this.#due === undefined || now.boot < this.#due) return [];
    if (!this.#rounds.allows(now.boot)) {
      this.#due = now.boot + MOVING_SETTLE;
      return [];
    }
    const changed = new PrefixMap([...this.#changed.values()].map((network) => [network, true] as const));
    this.#changed.clear();
    this.#due = undefined;
    const isConcerned = ({ address }: Endpoint) => changed.covering(address).length > 0;
    return [...peers].filter((peer) => {
      const waits = peer.call !== undefined || peer.deadlines.has("persist");
      const called = waits && peer.knownEndpoints().some(isConcerned);
      const told = peer.active !== undefined && isConcerned(peer.active);
      if (called) this.#callNow(peer, now);
      if (told) this.#tellOne(peer, now);
      return called || told;
    });
  }

  /** Says it once more. */
  repeat(peer: Peer, now: Now): void {
    const { move } = peer;
    if (move === undefined) return;
    move.repeats++;
    this.#send(peer, move, now);
  }

  /** @returns whether it is the answer to our word, from where that went */
  onResponse(peer: Peer, token: bigint, source: Endpoint): boolean {
    const { move, active } = peer;
    if (move?.token !== token || active === undefined || !isSameEndpoint(active, source)) return false;
    // The last repetition is for one who holds our address down, since we left it a moment ago.
    move.repeats = Math.max(move.repeats, MOVING_REPEATS.length - 1);
    this.#schedule(peer, move);
    return true;
  }

  /** A call that is under way, or waits to be begun again, may have failed for want of the way that there is now. */
  #callNow(peer: Peer, now: Now): void {
    if (peer.call !== undefined) this.calling.retry(peer, now);
    else if (peer.deadlines.has("persist")) this.calling.start(peer, now);
  }

  #tellOne(peer: Peer, now: Now): void {
    const bytes = this.context.random(8);
    const token = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    peer.move = { token, startedAt: now.boot, repeats: 0 };
    this.#send(peer, peer.move, now);
  }

  #send(peer: Peer, move: Move, now: Now): void {
    const session = peer.usable(now.boot);
    if (session === undefined || peer.active === undefined) {
      peer.move = undefined;
      return peer.deadlines.clear("moving");
    }
    const plaintext = encodeProbe({ op: "pathChallenge", moved: true, arg: 0, sequence: move.repeats, token: move.token });
    this.context.emit({ type: "seal", index: session.index, kind: KIND.probe, plaintext });
    this.#schedule(peer, move);
  }

  #schedule(peer: Peer, move: Move): void {
    const after = MOVING_REPEATS[move.repeats];
    if (after === undefined) peer.deadlines.clear("moving");
    else peer.deadlines.set("moving", move.startedAt + after);
  }

  /** The kernel tells of an address again whenever its lifetime is renewed. */
  #isNews(change: HostChange): boolean {
    if (change.what !== "address" && change.what !== "address-gone") return true;
    const key = `${formatAddress(change.address)}%${change.interface}`;
    if (change.what === "address-gone") return this.#known.delete(key) || true;
    if (this.#known.has(key)) return false;
    if (this.#known.size >= HOST_ADDRESSES_KNOWN) this.#known.clear();
    this.#known.add(key);
    return true;
  }
}

const ALL: Readonly<Record<Family, IpPrefix>> = {
  4: { address: { family: 4, bytes: new Uint8Array(4) }, length: 0 },
  6: { address: { family: 6, bytes: new Uint8Array(16) }, length: 0 },
};
const EVERYTHING: readonly IpPrefix[] = [ALL[4], ALL[6]];

/** Where packets may go another way than before. With an address of ours, whatever may have been sent from it. */
function networksOf(change: HostChange): readonly IpPrefix[] {
  switch (change.what) {
    case "address":
    case "address-gone":
      return [reachableFrom(change.address)];
    case "route":
      return [change.network];
    case "anything":
      return EVERYTHING;
  }
}

function reachableFrom(address: IpAddress): IpPrefix {
  return isLinkLocal(address) ? { address, length: 10 } : ALL[address.family];
}
