import nacl from "tweetnacl";

/** What is sealed under a subkey of a session: Salsa20-Poly1305 with the counter as an 8-byte nonce. @see docs/protocol.md §4 */

const TAG = 16;
const KEY = 32;

/** @param counter 8 bytes @returns tag, then ciphertext */
export function sealUnder(subkey: Uint8Array, counter: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const stream = new Uint8Array(KEY + plaintext.length);
  stream.set(plaintext, KEY);
  lowlevel.crypto_stream_salsa20_xor(stream, 0, stream.slice(), 0, stream.length, counter, subkey);
  const box = new Uint8Array(TAG + plaintext.length);
  box.set(stream.subarray(KEY), TAG);
  lowlevel.crypto_onetimeauth(box, 0, stream, KEY, plaintext.length, stream);
  return box;
}

/** Undefined when the box does not authenticate. */
export function openUnder(subkey: Uint8Array, counter: Uint8Array, box: Uint8Array): Uint8Array | undefined {
  if (box.length < TAG) return undefined;
  const stream = new Uint8Array(KEY + box.length - TAG);
  lowlevel.crypto_stream_salsa20_xor(stream, 0, concatZeros(box), 0, stream.length, counter, subkey);
  const tag = new Uint8Array(TAG);
  lowlevel.crypto_onetimeauth(tag, 0, box, TAG, box.length - TAG, stream);
  return nacl.verify(tag, box.subarray(0, TAG)) ? stream.slice(KEY) : undefined;
}

/** The ciphertext behind as many zeros as the authenticator's key takes of the stream. */
function concatZeros(box: Uint8Array): Uint8Array {
  const shifted = new Uint8Array(KEY + box.length - TAG);
  shifted.set(box.subarray(TAG), KEY);
  return shifted;
}

/** Exported by the package, but not by its types. */
const { lowlevel } = nacl as typeof nacl & {
  lowlevel: {
    crypto_stream_salsa20_xor(
      out: Uint8Array,
      outAt: number,
      input: Uint8Array,
      inputAt: number,
      length: number,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void;
    crypto_onetimeauth(out: Uint8Array, outAt: number, message: Uint8Array, messageAt: number, length: number, key: Uint8Array): void;
  };
};
