import { referenceSuite } from "../../../../src/crypto/reference.js";
import type { CryptoSuite } from "../../../../src/crypto/suite.js";
import { type Initiation, type InitiationInputs, initiate, type KeyPair } from "../../../../src/protocol/handshake/initiator.js";
import { checkInit } from "../../../../src/protocol/handshake/macs.js";
import { type Network, prologue } from "../../../../src/protocol/handshake/prologue.js";
import { type Offer, openInit, type Reply } from "../../../../src/protocol/handshake/responder.js";
import { CAPABILITY } from "../../../../src/protocol/wire/capabilities.js";
import { type DropReason, isDrop } from "../../../../src/protocol/wire/drop-reason.js";
import type { InitMessage, Payload } from "../../../../src/protocol/wire/layouts.js";

/** What one side of a handshake believes. Two equal views make a handshake; any difference must break it. */
export interface View {
  readonly suite: CryptoSuite;
  readonly network: Network;
  readonly psk: Uint8Array;
  readonly initiator: KeyPair;
  readonly responder: KeyPair;
  readonly payload: Payload;
}

/** A seeded 32-byte value. */
export function seeded(label: string): Uint8Array {
  return referenceSuite.hash(new TextEncoder().encode(label)).slice(0, 32);
}

export function keyPair(label: string): KeyPair {
  const privateKey = seeded(label);
  return { privateKey, publicKey: referenceSuite.publicKey(privateKey) };
}

const { l3, probe, control } = CAPABILITY;

export const VIEW: View = {
  suite: referenceSuite,
  network: { name: "office", key: seeded("network key") },
  psk: seeded("psk"),
  initiator: keyPair("initiator"),
  responder: keyPair("responder"),
  payload: { capabilities: l3 | probe | control, rxMax: 1472 },
};

export const INITIATOR_INDEX = 0x1111_2222;
export const RESPONDER_INDEX = 0x3333_4444;

export function call(view: View, differing: Partial<InitiationInputs> = {}): Initiation {
  const initiation = initiate({
    suite: view.suite,
    prologue: prologue(view.suite, view.network, view.responder.publicKey),
    local: view.initiator,
    psk: view.psk,
    index: INITIATOR_INDEX,
    payload: view.payload,
    ephemeral: () => seeded("initiator's ephemeral"),
    ...differing,
  });
  if (initiation === undefined) throw new Error("zero DH");
  return initiation;
}

/** The responder up to the point where it answers. */
export function read(view: View, datagram: Uint8Array): Offer | DropReason {
  const start = prologue(view.suite, view.network, view.responder.publicKey);
  const init = checkInit(view.suite, start, datagram);
  if (isDrop(init)) return init;
  const caller = openInit({ suite: view.suite, prologue: start, privateKey: view.responder.privateKey }, init);
  return isDrop(caller) ? caller : caller.readPayload(view.payload.capabilities);
}

export function answer(view: View, datagram: Uint8Array, ephemeral = seeded("responder's ephemeral")): Reply | DropReason {
  const offer = read(view, datagram);
  if (isDrop(offer)) return offer;
  return offer.respond({ index: RESPONDER_INDEX, psk: view.psk, payload: view.payload, ephemeral: () => ephemeral });
}

/** A result that is no drop. */
export function succeeded<T extends object>(result: T | DropReason): T {
  if (isDrop(result)) throw new Error(`dropped: ${result}`);
  return result;
}

/** INIT after a change, with the mac1 that anyone can make who knows the responder's key and the network's. */
export function withMac1(view: View, message: Uint8Array): Uint8Array {
  const { mac1Key } = prologue(view.suite, view.network, view.responder.publicKey);
  const out = message.slice();
  out.set(view.suite.hmac(mac1Key, message.subarray(0, 112)).subarray(0, 16), 112);
  return out;
}

export function flip(message: Uint8Array, offset: number, mask = 1): Uint8Array {
  return message.map((byte, position) => (position === offset ? byte ^ mask : byte));
}

/** An INIT that was checked. */
export function checked(view: View, datagram: Uint8Array): InitMessage {
  return succeeded(checkInit(view.suite, prologue(view.suite, view.network, view.responder.publicKey), datagram));
}
