/**
 * The symmetric half of a handshake: the chaining key ck, the transcript hash h, and the sealing key k between the token that
 * makes it and the seal that spends it.
 *
 * @see docs/protocol.md §4
 */
import { concat, wipe } from "../../base/bytes.js";
import { invariant } from "../../base/invariant.js";
import { type CryptoSuite, hkdf } from "../../crypto/suite.js";
import type { Prologue } from "./prologue.js";
import { type DirectionKeys, directionKeys } from "./session-keys.js";

export class Transcript {
  readonly #suite: CryptoSuite;
  #ck: Uint8Array;
  #h: Uint8Array;
  #k: Uint8Array | undefined;

  private constructor(suite: CryptoSuite, ck: Uint8Array, h: Uint8Array) {
    this.#suite = suite;
    this.#ck = ck;
    this.#h = h;
  }

  /** ck and h as they are after nk, on copies. */
  static after(suite: CryptoSuite, prologue: Prologue): Transcript {
    return new Transcript(suite, prologue.chainingKey.slice(), prologue.hash.slice());
  }

  /** To be worked on while this one stays as it is. */
  copy(): Transcript {
    invariant(this.#k === undefined, "a transcript is not copied between a key and its seal");
    return new Transcript(this.#suite, this.#ck.slice(), this.#h.slice());
  }

  /** h, not a copy. */
  get hash(): Uint8Array {
    return this.#h;
  }

  /** `h = H(h ‖ data)` */
  mixHash(data: Uint8Array): void {
    const joined = concat(this.#h, data);
    wipe(this.#h);
    this.#h = this.#suite.hash(joined);
    wipe(joined);
  }

  /** `(ck) = HKDF(ck, input, 1)` */
  mixKey(input: Uint8Array): void {
    const [ck] = hkdf(this.#suite, this.#ck, input, 1);
    this.#advance(ck);
  }

  /** `(ck, k) = HKDF(ck, input, 2)` */
  mixSealingKey(input: Uint8Array): void {
    const [ck, k] = hkdf(this.#suite, this.#ck, input, 2);
    this.#advance(ck, k);
  }

  /** `(ck, tau, k) = HKDF(ck, psk, 3);  h = H(h ‖ tau)` */
  mixPresharedKey(psk: Uint8Array): void {
    invariant(psk.length === 32, "a pre-shared key has 32 bytes");
    const [ck, tau, k] = hkdf(this.#suite, this.#ck, psk, 3);
    this.#advance(ck, k);
    this.mixHash(tau);
    wipe(tau);
  }

  /** SEAL(m): 16 bytes longer than m. Spends k. */
  seal(plaintext: Uint8Array): Uint8Array {
    const kk = this.#takeKey();
    const sealed = this.#suite.seal(kk, ZERO_NONCE, plaintext);
    wipe(kk);
    this.mixHash(sealed);
    return sealed;
  }

  /** OPEN(c). Spends k. Undefined when c does not authenticate: the transcript is of no further use. */
  open(sealed: Uint8Array): Uint8Array | undefined {
    const kk = this.#takeKey();
    const plaintext = this.#suite.open(kk, ZERO_NONCE, sealed);
    wipe(kk);
    if (plaintext !== undefined) this.mixHash(sealed);
    return plaintext;
  }

  /** km, the key of RESP.mac1: `HMAC(ck, "tunvpn/1 resp" ‖ h)`, once P_i is sealed. 64 bytes. */
  responseMacKey(): Uint8Array {
    return this.#suite.hmac(this.#ck, concat(RESPONSE_LABEL, this.#h));
  }

  /** `(o1, o2) = HKDF(ck, h, 2)`, once P_r is sealed. */
  split(): { initiatorToResponder: DirectionKeys; responderToInitiator: DirectionKeys } {
    const [o1, o2] = hkdf(this.#suite, this.#ck, this.#h, 2);
    return { initiatorToResponder: directionKeys(o1), responderToInitiator: directionKeys(o2) };
  }

  wipe(): void {
    wipe(this.#ck, this.#h);
    if (this.#k !== undefined) wipe(this.#k);
  }

  #advance(ck: Uint8Array, k?: Uint8Array): void {
    wipe(this.#ck);
    this.#ck = ck;
    this.#k = k;
  }

  /** `kk = HMAC(k, "seal" ‖ h)[0:32]`: one key, one plaintext, bound to the transcript. */
  #takeKey(): Uint8Array {
    invariant(this.#k !== undefined, "a seal without a key before it");
    const full = this.#suite.hmac(this.#k, concat(SEAL_LABEL, this.#h));
    const kk = full.slice(0, 32);
    wipe(full, this.#k);
    this.#k = undefined;
    return kk;
  }
}

const SEAL_LABEL = new TextEncoder().encode("seal");
const RESPONSE_LABEL = new TextEncoder().encode("tunvpn/1 resp");
/** Every sealing key is used once. */
const ZERO_NONCE = new Uint8Array(24);
