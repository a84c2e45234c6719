/**
 * The side that speaks first.
 *
 *   initiate()   → INIT   e, es, s, ss, P_i
 *   receive()    ← RESP   e, ee, se, psk, P_r, split
 *
 * @see docs/protocol.md §4
 */
import { wipe } from "../../base/bytes.js";
import { invariant } from "../../base/invariant.js";
import type { CryptoSuite } from "../../crypto/suite.js";
import { type Capabilities, commonCapabilities } from "../wire/capabilities.js";
import { type DropReason, isDrop } from "../wire/drop-reason.js";
import {
  decodeCookie,
  decodePayload,
  decodeResponse,
  encodeInit,
  encodePayload,
  initHeader,
  type Payload,
  type ResponseMessage,
} from "../wire/layouts.js";
import { openCookie } from "./cookies.js";
import type { Ephemeral } from "./ephemeral.js";
import { initMac1, initMac2, responseMac1 } from "./macs.js";
import type { Prologue } from "./prologue.js";
import type { SessionKeys } from "./session-keys.js";
import { Transcript } from "./transcript.js";

const NO_SECRET = new Uint8Array(0);

/** A static key pair. */
export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

export interface InitiationInputs {
  readonly suite: CryptoSuite;
  /** Of the responder. */
  readonly prologue: Prologue;
  readonly local: KeyPair;
  /** 32 bytes, zeros when the two have none. Kept by reference until the handshake ends. */
  readonly psk: Uint8Array;
  /** sender_index: what RESP, COOKIE and the session's DATA will name. Non-zero. */
  readonly index: number;
  readonly payload: Payload;
  readonly ephemeral: Ephemeral;
  /** The newest cookie that the responder gave us, 16 bytes. */
  readonly cookie?: Uint8Array | undefined;
}

/** What both ends know once they have their keys. */
export interface Established {
  readonly keys: SessionKeys;
  /** What we write into receiver_index. */
  readonly remoteIndex: number;
  readonly payload: Payload;
  /** What both sides set. */
  readonly capabilities: Capabilities;
}

/** @returns undefined when a DH is zero: the responder's key is of low order */
export function initiate(inputs: InitiationInputs): Initiation | undefined {
  const { suite, prologue, local, index } = inputs;
  const transcript = Transcript.after(suite, prologue);
  const header = initHeader(index);
  transcript.mixHash(header);

  // e
  const e = inputs.ephemeral(transcript.hash);
  const ephemeral = suite.publicKey(e);
  transcript.mixHash(ephemeral);
  transcript.mixKey(ephemeral);
  // es
  const es = suite.dh(e, prologue.responder);
  const ss = suite.dh(local.privateKey, prologue.responder);
  if (es === undefined || ss === undefined) {
    wipe(e, es ?? NO_SECRET, ss ?? NO_SECRET);
    transcript.wipe();
    return undefined;
  }
  transcript.mixSealingKey(es);
  // s
  const sealedStatic = transcript.seal(local.publicKey);
  // ss
  transcript.mixSealingKey(ss);
  const sealedPayload = transcript.seal(encodePayload(inputs.payload));
  wipe(es, ss);

  const message = encodeInit({ header, ephemeral, sealedStatic, sealedPayload });
  message.set(initMac1(suite, prologue, message), 112);
  if (inputs.cookie !== undefined) message.set(initMac2(suite, inputs.cookie, message), 128);
  return new Initiation(inputs, message, transcript, e);
}

/** A handshake that waits for its RESP. Whoever gives it up wipes it. */
export class Initiation {
  /** INIT, 144 bytes. Never sent twice: a retry is a new initiation. */
  readonly message: Uint8Array;
  readonly index: number;
  readonly #inputs: InitiationInputs;
  readonly #transcript: Transcript;
  /** e_i */
  readonly #ephemeral: Uint8Array;
  /** km */
  readonly #responseMacKey: Uint8Array;
  #spent = false;

  constructor(inputs: InitiationInputs, message: Uint8Array, transcript: Transcript, ephemeral: Uint8Array) {
    this.#inputs = inputs;
    this.message = message;
    this.index = inputs.index;
    this.#transcript = transcript;
    this.#ephemeral = ephemeral;
    this.#responseMacKey = transcript.responseMacKey();
  }

  /** Takes RESP. Success spends the initiation; a drop leaves it as it was, to wait for the true one. */
  receive(datagram: Uint8Array): Established | DropReason {
    invariant(!this.#spent, "RESP for a spent initiation");
    const { suite } = this.#inputs;
    const response = decodeResponse(datagram);
    if (isDrop(response)) return response;
    if (response.receiverIndex !== this.index) return "index";
    if (!suite.equal(response.mac1, responseMac1(suite, this.#responseMacKey, datagram))) return "mac1";

    const transcript = this.#transcript.copy();
    const established = this.#read(response, transcript);
    transcript.wipe();
    if (!isDrop(established)) this.wipe();
    return established;
  }

  /** Takes COOKIE. It triggers nothing: the next INIT carries a mac2 under it. @returns 16 bytes */
  receiveCookie(datagram: Uint8Array): Uint8Array | DropReason {
    const { suite, prologue } = this.#inputs;
    const message = decodeCookie(datagram);
    if (isDrop(message)) return message;
    if (message.receiverIndex !== this.index) return "index";
    return openCookie(suite, prologue, this.message.subarray(112, 128), message);
  }

  wipe(): void {
    this.#spent = true;
    this.#transcript.wipe();
    wipe(this.#ephemeral, this.#responseMacKey);
  }

  #read(response: ResponseMessage, transcript: Transcript): Established | DropReason {
    const { suite, local, psk } = this.#inputs;
    transcript.mixHash(response.header);
    // e
    transcript.mixHash(response.ephemeral);
    transcript.mixKey(response.ephemeral);
    // ee
    const ee = suite.dh(this.#ephemeral, response.ephemeral);
    if (ee === undefined) return "dh";
    transcript.mixKey(ee);
    wipe(ee);
    // se
    const se = suite.dh(local.privateKey, response.ephemeral);
    if (se === undefined) return "dh";
    transcript.mixKey(se);
    wipe(se);
    // psk
    transcript.mixPresharedKey(psk);
    const opened = transcript.open(response.sealedPayload);
    if (opened === undefined) return "auth";

    const payload = decodePayload(opened);
    if (isDrop(payload)) return payload;
    const capabilities = commonCapabilities(this.#inputs.payload.capabilities, payload.capabilities);
    if (isDrop(capabilities)) return capabilities;
    const { initiatorToResponder, responderToInitiator } = transcript.split();
    const keys = { send: initiatorToResponder, receive: responderToInitiator };
    return { keys, remoteIndex: response.senderIndex, payload, capabilities };
  }
}
