/**
 * The primitives of the wire, and nothing else. Two implementations stand behind it: tweetnacl as the reference, libsodium
 * through the shim in production. Each byte on the wire can be had from both.
 *
 * @see docs/protocol.md §1
 */
export interface CryptoSuite {
  readonly name: "tweetnacl" | "libsodium";
  /** The public key of a private key. 32 → 32 bytes. */
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** X25519. Undefined when the result is 32 zero bytes: the caller must abort. 32, 32 → 32 bytes. */
  dh(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** SHA-512. 64 bytes. */
  hash(message: Uint8Array): Uint8Array;
  /** HMAC-SHA-512 with a key of any length. 64 bytes. */
  hmac(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** XSalsa20-Poly1305 under a shared key: 16 bytes of tag, then the ciphertext. Key 32, nonce 24 bytes. */
  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** Undefined when the box is shorter than its tag or does not authenticate. */
  open(key: Uint8Array, nonce: Uint8Array, box: Uint8Array): Uint8Array | undefined;
  /** The subkey of XSalsa20. Key 32, input 16 → 32 bytes. */
  hsalsa20(key: Uint8Array, input: Uint8Array): Uint8Array;
  /** Equality in constant time. Lengths are public. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** HKDF of docs/protocol.md §1: up to three outputs of 64 bytes. */
export function hkdf<N extends 1 | 2 | 3>(suite: CryptoSuite, chainingKey: Uint8Array, input: Uint8Array, outputs: N): HkdfOutputs[N] {
  const prk = suite.hmac(chainingKey, input);
  const out: Uint8Array[] = [];
  for (let i = 1; i <= outputs; i++) {
    const previous = out.at(-1) ?? new Uint8Array(0);
    const block = new Uint8Array(previous.length + 1);
    block.set(previous);
    block[previous.length] = i;
    out.push(suite.hmac(prk, block));
    block.fill(0);
  }
  prk.fill(0);
  return out as HkdfOutputs[N];
}

interface HkdfOutputs {
  1: [Uint8Array];
  2: [Uint8Array, Uint8Array];
  3: [Uint8Array, Uint8Array, Uint8Array];
}

/** Fills secrets and nonces: cryptographically random bytes of the given length. */
export type Random = (length: number) => Uint8Array;
