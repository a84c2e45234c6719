import { referenceSuite } from "../../src/crypto/reference.js";
import { bytes, hex } from "./inputs.js";
import { BOX, H, HKDF, HMAC, hsalsa20 } from "./spec.js";

export interface PrimitiveVectors {
  readonly sha512: { readonly message: string; readonly digest: string }[];
  readonly hmac: { readonly key: string; readonly message: string; readonly mac: string }[];
  readonly hkdf: { readonly chainingKey: string; readonly input: string; readonly outputs: string[] }[];
  readonly hsalsa20: { readonly key: string; readonly input: string; readonly subkey: string }[];
  readonly box: { readonly key: string; readonly nonce: string; readonly plaintext: string; readonly box: string }[];
  /** shared null: the result is zero, and the handshake stops. */
  readonly x25519: { readonly name: string; readonly privateKey: string; readonly point: string; readonly shared: string | null }[];
  readonly publicKeys: { readonly privateKey: string; readonly publicKey: string }[];
}

export function primitiveVectors(): PrimitiveVectors {
  return {
    sha512: [0, 1, 3, 64, 111, 112, 127, 128, 129, 200].map((length) => {
      const message = bytes("sha512", length);
      return { message: hex(message), digest: hex(H(message)) };
    }),
    hmac: HMAC_LENGTHS.map(([keyLength, length]) => {
      const key = bytes("hmac key", keyLength);
      const message = bytes("hmac message", length);
      return { key: hex(key), message: hex(message), mac: hex(HMAC(key, message)) };
    }),
    hkdf: [0, 32, 64].map((length) => {
      const chainingKey = bytes("hkdf chaining key", 64);
      const input = bytes("hkdf input", length);
      return { chainingKey: hex(chainingKey), input: hex(input), outputs: HKDF(chainingKey, input).map(hex) };
    }),
    hsalsa20: [0, 1, 2].map((i) => {
      const key = bytes(`hsalsa20 key ${i}`, 32);
      const input = bytes(`hsalsa20 input ${i}`, 16);
      return { key: hex(key), input: hex(input), subkey: hex(hsalsa20(key, input)) };
    }),
    box: [0, 1, 16, 32, 63, 64, 65, 300].map((length) => {
      const key = bytes(`box key ${length}`, 32);
      const nonce = bytes(`box nonce ${length}`, 24);
      const plaintext = bytes(`box plaintext ${length}`, length);
      return { key: hex(key), nonce: hex(nonce), plaintext: hex(plaintext), box: hex(BOX(key, nonce, plaintext)) };
    }),
    x25519: points().map(([name, point]) => {
      const privateKey = bytes(`x25519 ${name}`, 32);
      const shared = referenceSuite.dh(privateKey, point);
      return { name, privateKey: hex(privateKey), point: hex(point), shared: shared === undefined ? null : hex(shared) };
    }),
    publicKeys: [0, 1, 2].map((i) => {
      const privateKey = bytes(`public key ${i}`, 32);
      return { privateKey: hex(privateKey), publicKey: hex(referenceSuite.publicKey(privateKey)) };
    }),
  };
}

/** Lengths of key and message, around the 128-byte block. */
const HMAC_LENGTHS = [
  [0, 0],
  [0, 1],
  [32, 0],
  [32, 112],
  [64, 64],
  [127, 40],
  [128, 40],
  [129, 40],
  [200, 300],
] as const;

const P = 2n ** 255n - 19n;
/** The two points of order 8 on the curve. */
const ORDER_8 = [
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
] as const;

/** Ordinary points, every encoding of a point of low order, and encodings that are not canonical. */
function points(): [string, Uint8Array][] {
  const values: [string, bigint][] = [
    ["base point", 9n],
    ["0, order 4", 0n],
    ["1, order 1", 1n],
    ["order 8, first", ORDER_8[0]],
    ["order 8, second", ORDER_8[1]],
    ["p − 1, order 2", P - 1n],
    ["p, not canonical 0", P],
    ["p + 1, not canonical 1", P + 1n],
    ["2, on the twist or the curve", 2n],
    ["p + 2, not canonical 2", P + 2n],
    ["2^255 − 1, not canonical 18", 2n ** 255n - 1n],
    ["0 with bit 255", 2n ** 255n],
    ["1 with bit 255", 2n ** 255n + 1n],
    ["order 8, first, with bit 255", ORDER_8[0] + 2n ** 255n],
    ["order 8, second, with bit 255", ORDER_8[1] + 2n ** 255n],
    ["p − 1 with bit 255", P - 1n + 2n ** 255n],
    ["p with bit 255", P + 2n ** 255n],
    ["p + 1 with bit 255", P + 1n + 2n ** 255n],
    ["base point with bit 255", 9n + 2n ** 255n],
    ["all ones", 2n ** 256n - 1n],
  ];
  const some = ["first", "second"].map((name): [string, Uint8Array] => [`point of nobody's choice, ${name}`, bytes(name, 32)]);
  return [...values.map(([name, value]): [string, Uint8Array] => [name, encoded(value)]), ...some];
}

function encoded(value: bigint): Uint8Array {
  const digits = value.toString(16).padStart(64, "0");
  return new Uint8Array(Buffer.from(digits, "hex").reverse());
}
