/**
 * The side that answers. It stops twice, for the node to look the peer up and to decide whether it may be answered:
 *
 *   checkInit()             ← INIT   length, constants, mac1
 *   openInit()              ← INIT   e, es, s
 *   Caller.readPayload()    ← INIT   ss, P_i
 *   Offer.respond()         → RESP   e, ee, se, psk, P_r, split
 *
 * Each step works on a transcript of its own, made for this INIT: a drop leaves no trace.
 *
 * @see docs/protocol.md §4
 */
import { wipe } from "../../base/bytes.js";
import type { CryptoSuite } from "../../crypto/suite.js";
import { type Capabilities, commonCapabilities } from "../wire/capabilities.js";
import { type DropReason, isDrop } from "../wire/drop-reason.js";
import { decodePayload, encodePayload, encodeResponse, type InitMessage, type Payload, responseHeader } from "../wire/layouts.js";
import type { Ephemeral } from "./ephemeral.js";
import type { Established } from "./initiator.js";
import { responseMac1 } from "./macs.js";
import type { Prologue } from "./prologue.js";
import { Transcript } from "./transcript.js";

const NO_SECRET = new Uint8Array(0);

export interface ResponderInputs {
  readonly suite: CryptoSuite;
  /** Our own. */
  readonly prologue: Prologue;
  /** s_r, whose public key the prologue holds. */
  readonly privateKey: Uint8Array;
}

/**
 * Opens S_i.
 *
 * @param init as `checkInit` returned it
 */
export function openInit(inputs: ResponderInputs, init: InitMessage): Caller | DropReason {
  const { suite, prologue, privateKey } = inputs;
  const transcript = Transcript.after(suite, prologue);
  transcript.mixHash(init.header);
  // e
  transcript.mixHash(init.ephemeral);
  transcript.mixKey(init.ephemeral);
  // es
  const es = suite.dh(privateKey, init.ephemeral);
  if (es === undefined) return abandoned(transcript, "dh");
  transcript.mixSealingKey(es);
  wipe(es);
  // s
  const initiator = transcript.open(init.sealedStatic);
  if (initiator === undefined) return abandoned(transcript, "auth");
  return new Caller(inputs, init, transcript, initiator);
}

/**
 * An INIT that names its sender. It proves nothing yet: the node looks the key up, and wipes the caller if it does not know it.
 */
export class Caller {
  /** S_i, 32 bytes. */
  readonly initiator: Uint8Array;
  readonly #inputs: ResponderInputs;
  readonly #init: InitMessage;
  readonly #transcript: Transcript;

  constructor(inputs: ResponderInputs, init: InitMessage, transcript: Transcript, initiator: Uint8Array) {
    this.initiator = initiator;
    this.#inputs = inputs;
    this.#init = init;
    this.#transcript = transcript;
  }

  /** Opens P_i. Spends the caller, whatever comes of it. @param capabilities our own */
  readPayload(capabilities: Capabilities): Offer | DropReason {
    const { suite, privateKey } = this.#inputs;
    const transcript = this.#transcript;
    // ss
    const ss = suite.dh(privateKey, this.initiator);
    if (ss === undefined) return abandoned(transcript, "dh");
    transcript.mixSealingKey(ss);
    wipe(ss);
    const opened = transcript.open(this.#init.sealedPayload);
    if (opened === undefined) return abandoned(transcript, "auth");

    const payload = decodePayload(opened);
    if (isDrop(payload)) return abandoned(transcript, payload);
    const common = commonCapabilities(capabilities, payload.capabilities);
    if (isDrop(common)) return abandoned(transcript, common);
    return new Offer(this.#inputs, this.#init, this.initiator, transcript, { payload, capabilities: common });
  }

  wipe(): void {
    this.#transcript.wipe();
  }
}

export interface ReplyInputs {
  /** sender_index: what the session's DATA will name. Non-zero. */
  readonly index: number;
  /** 32 bytes, zeros when the two have none. */
  readonly psk: Uint8Array;
  readonly payload: Payload;
  readonly ephemeral: Ephemeral;
}

export interface Reply {
  /** RESP, 84 bytes. */
  readonly message: Uint8Array;
  readonly established: Established;
}

/** An INIT of a known peer, read to its end. */
export class Offer {
  /** P_i. */
  readonly payload: Payload;
  /** What both sides set. */
  readonly capabilities: Capabilities;
  readonly #inputs: ResponderInputs;
  readonly #init: InitMessage;
  readonly #initiator: Uint8Array;
  readonly #transcript: Transcript;

  constructor(
    inputs: ResponderInputs,
    init: InitMessage,
    initiator: Uint8Array,
    transcript: Transcript,
    offered: Pick<Established, "payload" | "capabilities">,
  ) {
    this.payload = offered.payload;
    this.capabilities = offered.capabilities;
    this.#inputs = inputs;
    this.#init = init;
    this.#initiator = initiator;
    this.#transcript = transcript;
  }

  /** Makes RESP and the keys. Spends the offer, whatever comes of it. */
  respond(reply: ReplyInputs): Reply | DropReason {
    const { suite } = this.#inputs;
    const transcript = this.#transcript;
    const km = transcript.responseMacKey();
    const header = responseHeader(reply.index, this.#init.senderIndex);
    transcript.mixHash(header);
    // e
    const e = reply.ephemeral(transcript.hash);
    const ephemeral = suite.publicKey(e);
    transcript.mixHash(ephemeral);
    transcript.mixKey(ephemeral);
    // ee, se
    const ee = suite.dh(e, this.#init.ephemeral);
    const se = suite.dh(e, this.#initiator);
    wipe(e);
    if (ee === undefined || se === undefined) {
      wipe(km, ee ?? NO_SECRET, se ?? NO_SECRET);
      return abandoned(transcript, "dh");
    }
    transcript.mixKey(ee);
    transcript.mixKey(se);
    wipe(ee, se);
    // psk
    transcript.mixPresharedKey(reply.psk);
    const sealedPayload = transcript.seal(encodePayload(reply.payload));

    const message = encodeResponse({ header, ephemeral, sealedPayload });
    message.set(responseMac1(suite, km, message), 68);
    const { initiatorToResponder, responderToInitiator } = transcript.split();
    wipe(km);
    transcript.wipe();
    const keys = { send: responderToInitiator, receive: initiatorToResponder };
    return {
      message,
      established: { keys, remoteIndex: this.#init.senderIndex, payload: this.payload, capabilities: this.capabilities },
    };
  }

  wipe(): void {
    this.#transcript.wipe();
  }
}

function abandoned(transcript: Transcript, reason: DropReason): DropReason {
  transcript.wipe();
  return reason;
}
