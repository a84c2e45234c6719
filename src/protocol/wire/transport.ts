/**
 * One DATA message by the letter of the specification. The shim does the same for every packet and is checked against this.
 *
 * @see docs/protocol.md §3, §6
 */
import { concat } from "../../base/bytes.js";
import type { CryptoSuite } from "../../crypto/suite.js";
import type { DirectionKeys } from "../handshake/session-keys.js";
import { type DropReason, isDrop } from "./drop-reason.js";
import type { Kind } from "./kinds.js";
import { decodeData, encodeCounter, encodeData } from "./layouts.js";

export interface TransportMessage {
  readonly kind: Kind;
  readonly receiverIndex: number;
  /** Below REJECT_AFTER_MESSAGES, never used before under these keys. */
  readonly counter: number;
  /** Padded already. */
  readonly plaintext: Uint8Array;
}

/** `header ‖ BOX(K, sid ‖ kind ‖ counter, plaintext)` */
export function sealData(suite: CryptoSuite, keys: DirectionKeys, message: TransportMessage): Uint8Array {
  const box = suite.seal(keys.key, nonceOf(keys, message.kind, message.counter), message.plaintext);
  return encodeData({ ...message, box });
}

/** The caller has found the keys by receiver_index, and checks the replay window before and after. */
export function openData(suite: CryptoSuite, keys: DirectionKeys, datagram: Uint8Array): TransportMessage | DropReason {
  const message = decodeData(datagram);
  if (isDrop(message)) return message;
  const { kind, receiverIndex, counter, box } = message;
  const plaintext = suite.open(keys.key, nonceOf(keys, kind, counter), box);
  return plaintext === undefined ? "auth" : { kind, receiverIndex, counter, plaintext };
}

function nonceOf(keys: DirectionKeys, kind: Kind, counter: number): Uint8Array {
  return concat(keys.sid, Uint8Array.of(kind), encodeCounter(counter));
}
