/** What the simulated sites send each other: IPv4 packets between 10.FROM.1 and 10.TO.1, 16 bits each, that carry a number. */

const HEADER = 20;

export interface InnerPacket {
  /** Numbers of sites. */
  readonly from: number;
  readonly to: number;
  /** Tells one packet from the next. */
  readonly id: number;
}

/** @param length of the whole packet, at least 24 bytes */
export function encodePacket({ from, to, id }: InnerPacket, length = HEADER + 4): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x45;
  view.setUint16(2, length);
  bytes.set([10, from >> 8, from & 255, 1], 12);
  bytes.set([10, to >> 8, to & 255, 1], 16);
  view.setUint32(HEADER, id);
  return bytes;
}

/** @param plaintext the packet, padded or not. Undefined when the length it states does not fit. */
export function decodePacket(plaintext: Uint8Array): InnerPacket | undefined {
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  if (plaintext.length < HEADER + 4 || plaintext[0] !== 0x45) return undefined;
  const length = view.getUint16(2);
  if (length < HEADER + 4 || length > plaintext.length) return undefined;
  return { from: view.getUint16(13), to: view.getUint16(17), id: view.getUint32(HEADER) };
}
