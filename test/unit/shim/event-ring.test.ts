import { describe, expect, it } from "vitest";
import { EventRing, type ShimEvent } from "../../../src/shim/event-ring.js";

const CAPACITY = 65_536;
const HEADER = 128;

/** A pump's side of the ring, as tv.h describes it. */
class Producer {
  readonly memory = EventRing.memory(CAPACITY);
  readonly ring = new EventRing(this.memory);
  readonly #view = new DataView(this.memory);
  #write = 0;

  push(type: number, data: Uint8Array, fields: { peer?: number; index?: number; kind?: number } = {}): void {
    const length = Math.ceil((56 + data.length) / 8) * 8;
    const left = CAPACITY - (this.#write % CAPACITY);
    if (left < length) this.#pad(left);
    const offset = HEADER + (this.#write % CAPACITY);
    this.#view.setUint16(offset, type, true);
    this.#view.setUint16(offset + 2, data.length, true);
    this.#view.setUint32(offset + 4, length, true);
    this.#view.setUint32(offset + 8, fields.peer ?? 0xffff_ffff, true);
    this.#view.setUint32(offset + 12, fields.index ?? 0, true);
    this.#view.setUint32(offset + 16, fields.kind ?? 0, true);
    this.#view.setBigInt64(offset + 24, 1_500n, true);
    new Uint8Array(this.memory).set([4, 0, 0xd2, 0x04, 0, 0, 0, 0, 192, 0, 2, 9], offset + 32);
    new Uint8Array(this.memory).set(data, offset + 56);
    this.#advance(length);
  }

  #pad(left: number): void {
    const offset = HEADER + (this.#write % CAPACITY);
    this.#view.setUint16(offset, 0, true);
    this.#view.setUint32(offset + 4, left, true);
    this.#advance(left);
  }

  #advance(length: number): void {
    this.#write = (this.#write + length) >>> 0;
    Atomics.store(new Uint32Array(this.memory), 0, this.#write);
  }
}

function take(producer: Producer, limit = 1000): ShimEvent[] {
  return [...producer.ring.take(limit)];
}

describe("the event ring", () => {
  it("is empty at first", () => {
    const producer = new Producer();
    expect(producer.ring.isEmpty).toBe(true);
    expect(take(producer)).toEqual([]);
  });

  it("gives events in order, decoded", () => {
    const producer = new Producer();
    producer.push(1, Uint8Array.of(1, 2, 3));
    producer.push(3, new Uint8Array(0), { peer: 7 });
    const [message, want] = take(producer);
    expect(message).toMatchObject({ type: "handshake", peer: undefined, time: 1.5, data: Uint8Array.of(1, 2, 3) });
    expect(message?.source).toEqual({ address: { family: 4, bytes: Uint8Array.of(192, 0, 2, 9) }, port: 1234, scope: 0 });
    expect(want).toMatchObject({ type: "no-session", peer: 7 });
    expect(producer.ring.isEmpty).toBe(true);
  });

  it("takes no more than the limit, and leaves the rest", () => {
    const producer = new Producer();
    for (let index = 1; index <= 5; index++) producer.push(4, new Uint8Array(0), { index });
    expect(take(producer, 2).map(({ index }) => index)).toEqual([1, 2]);
    expect(producer.ring.isEmpty).toBe(false);
    expect(take(producer, 9).map(({ index }) => index)).toEqual([3, 4, 5]);
  });

  it("passes the end of its memory without losing or inventing an event", () => {
    const producer = new Producer();
    const seen: number[] = [];
    for (let index = 0; index < 2000; index++) {
      producer.push(6, new Uint8Array(index % 97).fill(index & 255), { index, kind: 0xe0 });
      for (const event of take(producer)) {
        expect(event.data).toEqual(new Uint8Array(event.index % 97).fill(event.index & 255));
        seen.push(event.index);
      }
    }
    expect(seen).toEqual(Array.from({ length: 2000 }, (_, index) => index));
  });

  it("copies data, which the producer will overwrite", () => {
    const producer = new Producer();
    producer.push(1, Uint8Array.of(9));
    const [event] = take(producer);
    new Uint8Array(producer.memory).fill(0);
    expect(event?.data).toEqual(Uint8Array.of(9));
  });

  it("treats a record of an unknown type as our own mistake", () => {
    const producer = new Producer();
    producer.push(99, new Uint8Array(0));
    expect(() => take(producer)).toThrow("event record");
  });

  it("refuses memory of the wrong size", () => {
    expect(() => new EventRing(new SharedArrayBuffer(HEADER + 65_535))).toThrow("event ring capacity");
    expect(() => new EventRing(new SharedArrayBuffer(HEADER + 4096))).toThrow("event ring capacity");
  });
});
