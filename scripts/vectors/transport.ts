import { bytes, hex, join, number } from "./inputs.js";
import { BOX, KINDS } from "./spec.js";

export interface TransportVector {
  readonly key: string;
  readonly sid: string;
  readonly kind: number;
  readonly counter: number;
  readonly receiverIndex: number;
  readonly plaintext: string;
  readonly datagram: string;
}

/** Small ones under every kind, where block and padding borders are; long ones under those that carry packets. */
export function transportVectors(): TransportVector[] {
  const small = [0, 1, 15, 16, 31, 32, 33, 63, 64].flatMap((length) => KINDS.map((kind) => ({ length, kind })));
  const long = [1419, 1420, 8900].flatMap((length) => [0x00, 0x10].map((kind) => ({ length, kind })));
  return [...small, ...long].map(({ length, kind }, i) => transportVector(length, kind, COUNTERS[i % COUNTERS.length] ?? 0));
}

const COUNTERS = [0, 1, 255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 48, 2 ** 52 - 1];

function transportVector(length: number, kind: number, counter: number): TransportVector {
  const name = `transport ${length} ${kind} ${counter}`;
  const key = bytes(`${name} key`, 32);
  const sid = bytes(`${name} sid`, 15);
  const receiverIndex = new DataView(bytes(name, 4).buffer).getUint32(0, true);
  const plaintext = bytes(`${name} plaintext`, length);
  const nonce = join(sid, number(kind, 1), number(counter, 8));
  const header = join(Uint8Array.of(4, kind, 0, 0), number(receiverIndex, 4), number(counter, 8));
  const datagram = join(header, BOX(key, nonce, plaintext));
  return { key: hex(key), sid: hex(sid), kind, counter, receiverIndex, plaintext: hex(plaintext), datagram: hex(datagram) };
}
