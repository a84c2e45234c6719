import { referenceSuite } from "../../src/crypto/reference.js";

/** Bytes that nobody chose: SHA-512 over a label and a block number. */
export function bytes(label: string, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let offset = 0, block = 0; offset < length; offset += 64, block++) {
    out.set(referenceSuite.hash(text(`${label} ${block}`)).subarray(0, length - offset), offset);
  }
  return out;
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex");
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Little-endian. */
export function number(value: number | bigint, length: number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value), true);
  return out.subarray(0, length);
}

export function flipped(message: Uint8Array, offset: number): Uint8Array {
  return replaced(message, offset, Uint8Array.of((message[offset] ?? 0) ^ 1));
}

export function replaced(message: Uint8Array, offset: number, part: Uint8Array): Uint8Array {
  const out = message.slice();
  out.set(part, offset);
  return out;
}
