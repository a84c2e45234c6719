/**
 * The messages at their fixed offsets. Decoding checks length, type, version and reserved bytes, and nothing else; what it
 * returns are views into the datagram.
 *
 * @see docs/protocol.md §2, §3
 */
import { concat } from "../../base/bytes.js";
import { invariant } from "../../base/invariant.js";
import { REJECT_AFTER_MESSAGES, RX_MAX_FLOOR } from "../limits.js";
import type { Capabilities } from "./capabilities.js";
import type { DropReason } from "./drop-reason.js";
import { isKind, type Kind } from "./kinds.js";

/** The first byte of a datagram. */
export const MESSAGE = { init: 1, response: 2, cookie: 3, data: 4 } as const;
export const VERSION = 1;

export const INIT_BYTES = 144;
export const RESPONSE_BYTES = 84;
export const COOKIE_BYTES = 64;
/** Bytes of DATA before its ciphertext, the tag included. */
export const DATA_HEADER_BYTES = 32;

const TAG = 16;
const NO_MAC = new Uint8Array(16);

export interface InitMessage {
  /** The whole datagram. */
  readonly bytes: Uint8Array;
  /** INIT[0:8], which the transcript binds. */
  readonly header: Uint8Array;
  readonly senderIndex: number;
  /** E_i. */
  readonly ephemeral: Uint8Array;
  /** SEAL(S_i). */
  readonly sealedStatic: Uint8Array;
  /** SEAL(P_i). */
  readonly sealedPayload: Uint8Array;
  readonly mac1: Uint8Array;
  /** Zeros when the initiator holds no cookie. */
  readonly mac2: Uint8Array;
}

export function decodeInit(datagram: Uint8Array): InitMessage | DropReason {
  const fault = handshakeFault(datagram, MESSAGE.init, INIT_BYTES);
  if (fault !== undefined) return fault;
  return {
    bytes: datagram,
    header: datagram.subarray(0, 8),
    senderIndex: viewOf(datagram).getUint32(4, true),
    ephemeral: datagram.subarray(8, 40),
    sealedStatic: datagram.subarray(40, 88),
    sealedPayload: datagram.subarray(88, 112),
    mac1: datagram.subarray(112, 128),
    mac2: datagram.subarray(128, 144),
  };
}

/** INIT[0:8]. @param senderIndex non-zero u32 */
export function initHeader(senderIndex: number): Uint8Array {
  return concat(handshakePrefix(MESSAGE.init), u32le(senderIndex));
}

/** INIT with both macs zero. */
export function encodeInit(parts: Pick<InitMessage, "header" | "ephemeral" | "sealedStatic" | "sealedPayload">): Uint8Array {
  return sized(INIT_BYTES, concat(parts.header, parts.ephemeral, parts.sealedStatic, parts.sealedPayload, NO_MAC, NO_MAC));
}

export interface ResponseMessage {
  /** The whole datagram. */
  readonly bytes: Uint8Array;
  /** RESP[0:12], which the transcript binds. */
  readonly header: Uint8Array;
  readonly senderIndex: number;
  readonly receiverIndex: number;
  /** E_r. */
  readonly ephemeral: Uint8Array;
  /** SEAL(P_r). */
  readonly sealedPayload: Uint8Array;
  readonly mac1: Uint8Array;
}

export function decodeResponse(datagram: Uint8Array): ResponseMessage | DropReason {
  const fault = handshakeFault(datagram, MESSAGE.response, RESPONSE_BYTES);
  if (fault !== undefined) return fault;
  return {
    bytes: datagram,
    header: datagram.subarray(0, 12),
    senderIndex: viewOf(datagram).getUint32(4, true),
    receiverIndex: viewOf(datagram).getUint32(8, true),
    ephemeral: datagram.subarray(12, 44),
    sealedPayload: datagram.subarray(44, 68),
    mac1: datagram.subarray(68, 84),
  };
}

/** RESP[0:12]. @param senderIndex non-zero u32 */
export function responseHeader(senderIndex: number, receiverIndex: number): Uint8Array {
  return concat(handshakePrefix(MESSAGE.response), u32le(senderIndex), u32le(receiverIndex));
}

/** RESP with mac1 zero. */
export function encodeResponse(parts: Pick<ResponseMessage, "header" | "ephemeral" | "sealedPayload">): Uint8Array {
  return sized(RESPONSE_BYTES, concat(parts.header, parts.ephemeral, parts.sealedPayload, NO_MAC));
}

export interface CookieMessage {
  readonly receiverIndex: number;
  /** 24 random bytes. */
  readonly nonce: Uint8Array;
  /** BOX(Kck, nonce, cookie). */
  readonly sealedCookie: Uint8Array;
}

export function decodeCookie(datagram: Uint8Array): CookieMessage | DropReason {
  const fault = handshakeFault(datagram, MESSAGE.cookie, COOKIE_BYTES);
  if (fault !== undefined) return fault;
  return {
    receiverIndex: viewOf(datagram).getUint32(4, true),
    nonce: datagram.subarray(8, 32),
    sealedCookie: datagram.subarray(32, 64),
  };
}

export function encodeCookie(message: CookieMessage): Uint8Array {
  const parts = [handshakePrefix(MESSAGE.cookie), u32le(message.receiverIndex), message.nonce, message.sealedCookie];
  return sized(COOKIE_BYTES, concat(...parts));
}

export interface DataMessage {
  readonly kind: Kind;
  readonly receiverIndex: number;
  /** Below REJECT_AFTER_MESSAGES. */
  readonly counter: number;
  /** Tag and ciphertext, at least 16 bytes. */
  readonly box: Uint8Array;
}

export function decodeData(datagram: Uint8Array): DataMessage | DropReason {
  if (datagram.length < DATA_HEADER_BYTES) return "length";
  const [type, kind, reserved0, reserved1] = datagram;
  if (type !== MESSAGE.data) return "type";
  if (reserved0 !== 0 || reserved1 !== 0) return "reserved";
  if (!isKind(kind)) return "kind";
  const view = viewOf(datagram);
  const counter = view.getBigUint64(8, true);
  if (counter >= REJECT_AFTER_MESSAGES) return "counter";
  return { kind, receiverIndex: view.getUint32(4, true), counter: Number(counter), box: datagram.subarray(DATA_HEADER_BYTES - TAG) };
}

export function encodeData(message: DataMessage): Uint8Array {
  const header = new Uint8Array(DATA_HEADER_BYTES - TAG);
  header[0] = MESSAGE.data;
  header[1] = message.kind;
  viewOf(header).setUint32(4, message.receiverIndex, true);
  header.set(encodeCounter(message.counter), 8);
  return concat(header, message.box);
}

/** @param counter below REJECT_AFTER_MESSAGES @returns 8 bytes */
export function encodeCounter(counter: number): Uint8Array {
  invariant(Number.isSafeInteger(counter) && counter >= 0 && counter < REJECT_AFTER_MESSAGES, `DATA counter ${counter}`);
  const bytes = new Uint8Array(8);
  viewOf(bytes).setBigUint64(0, BigInt(counter), true);
  return bytes;
}

/** P_i and P_r: what each side tells the other, sealed in the handshake. */
export interface Payload {
  readonly capabilities: Capabilities;
  /** Largest UDP payload accepted: 1312–65535. */
  readonly rxMax: number;
}

/** @param bytes the 8 bytes that were sealed */
export function decodePayload(bytes: Uint8Array): Payload | DropReason {
  if (bytes.length !== 8) return "length";
  if (bytes[6] !== 0 || bytes[7] !== 0) return "reserved";
  const rxMax = viewOf(bytes).getUint16(4, true);
  return rxMax < RX_MAX_FLOOR ? "payload" : { capabilities: viewOf(bytes).getUint32(0, true), rxMax };
}

export function encodePayload(payload: Payload): Uint8Array {
  invariant(payload.rxMax >= RX_MAX_FLOOR && payload.rxMax <= 0xffff, `rx_max ${payload.rxMax}`);
  const bytes = new Uint8Array(8);
  viewOf(bytes).setUint32(0, payload.capabilities, true);
  viewOf(bytes).setUint16(4, payload.rxMax, true);
  return bytes;
}

function handshakeFault(datagram: Uint8Array, type: number, length: number): DropReason | undefined {
  if (datagram.length !== length) return "length";
  if (datagram[0] !== type) return "type";
  if (datagram[1] !== VERSION) return "version";
  return datagram[2] === 0 && datagram[3] === 0 ? undefined : "reserved";
}

function handshakePrefix(type: number): Uint8Array {
  return Uint8Array.of(type, VERSION, 0, 0);
}

function u32le(value: number): Uint8Array {
  invariant(Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff, `u32 ${value}`);
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, true);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A part of the wrong length would shift all that follow it. */
function sized(length: number, message: Uint8Array): Uint8Array {
  invariant(message.length === length, `message of ${message.length} bytes instead of ${length}`);
  return message;
}
