/** The ring in which a pump leaves what the control thread must see. @see native-shim/include/tv.h, "Events" */

import type { Endpoint } from "../base/endpoint.js";
import { invariant } from "../base/invariant.js";
import type { BootMillis } from "../base/time.js";
import { decodeEndpoint } from "./layouts.js";

const RING_HEADER = 128;
const WRITE_WORD = 0;
const READ_WORD = 16;
const RECORD_HEADER = 56;
const NO_PEER = 0xffff_ffff;

const TYPES = [
  "pad",
  "handshake",
  "first-received",
  "no-session",
  "rekey",
  "active",
  "message",
  "unknown-index",
  "unrouted",
  "moved",
  "host",
  "other-version",
  "generation",
] as const;

export interface ShimEvent {
  readonly type: Exclude<(typeof TYPES)[number], "pad">;
  /** Undefined where the event belongs to none. */
  readonly peer: number | undefined;
  /** Our index of the session, or 0; of a host's route, the length of its prefix; of another version or generation, which. */
  readonly index: number;
  readonly kind: number;
  readonly time: BootMillis;
  readonly source: Endpoint | undefined;
  /** A copy: the record is reused as soon as it was read. */
  readonly data: Uint8Array;
}

export class EventRing {
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #capacity: number;

  /** @param memory shared with the pump: the header and a power of two of at least 65,536 bytes */
  constructor(memory: SharedArrayBuffer) {
    this.#capacity = memory.byteLength - RING_HEADER;
    invariant(this.#capacity >= 65536 && (this.#capacity & (this.#capacity - 1)) === 0, "event ring capacity");
    this.#words = new Uint32Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#view = new DataView(memory);
  }

  /** @param capacity a power of two of at least 65,536 */
  static memory(capacity: number): SharedArrayBuffer {
    return new SharedArrayBuffer(RING_HEADER + capacity);
  }

  /** Takes up to `limit` events, oldest first. */
  *take(limit: number): Generator<ShimEvent> {
    const write = Atomics.load(this.#words, WRITE_WORD);
    let read = Atomics.load(this.#words, READ_WORD);
    for (let taken = 0; taken < limit && read !== write; ) {
      const offset = RING_HEADER + (read & (this.#capacity - 1));
      const length = this.#view.getUint32(offset + 4, true);
      const type = TYPES[this.#view.getUint16(offset, true)];
      invariant(type !== undefined && length >= 8 && length % 8 === 0, "event record");
      read = (read + length) >>> 0;
      const event = type === "pad" ? undefined : this.#decode(type, offset);
      Atomics.store(this.#words, READ_WORD, read);
      if (event === undefined) continue;
      taken++;
      yield event;
    }
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#words, WRITE_WORD) === Atomics.load(this.#words, READ_WORD);
  }

  #decode(type: ShimEvent["type"], offset: number): ShimEvent {
    const view = this.#view;
    const peer = view.getUint32(offset + 8, true);
    const dataLength = view.getUint16(offset + 2, true);
    return {
      type,
      peer: peer === NO_PEER ? undefined : peer,
      index: view.getUint32(offset + 12, true),
      kind: view.getUint32(offset + 16, true),
      time: Number(view.getBigInt64(offset + 24, true)) / 1000,
      source: decodeEndpoint(this.#bytes.slice(offset + 32, offset + 56)),
      data: this.#bytes.slice(offset + RECORD_HEADER, offset + RECORD_HEADER + dataLength),
    };
  }
}
