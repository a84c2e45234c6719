/** Handshake messages of one who has a key, and keeps to no rule but those that give a message meaning. */
import { concat } from "../../../src/base/bytes.js";
import type { KeyPair } from "../../../src/protocol/handshake/initiator.js";
import { initMac1, initMac2, responseMac1 } from "../../../src/protocol/handshake/macs.js";
import { OPEN_NETWORK, type Prologue, prologue } from "../../../src/protocol/handshake/prologue.js";
import { Transcript } from "../../../src/protocol/handshake/transcript.js";
import { isDrop } from "../../../src/protocol/wire/drop-reason.js";
import { decodeInit } from "../../../src/protocol/wire/layouts.js";
import type { Choices } from "../engine/choices.js";
import { weakSuite as suite } from "../engine/weak-suite.js";

const NO_KEY = new Uint8Array(32);
const NO_MAC = new Uint8Array(16);
/** A DH with them is zero, or their encoding is not canonical. */
const POINTS: readonly [Uint8Array, ...Uint8Array[]] = [
  new Uint8Array(32),
  Uint8Array.of(1, ...new Uint8Array(31)),
  Uint8Array.of(0xec, ...new Uint8Array(30).fill(0xff), 0x7f),
  new Uint8Array(32).fill(0xff),
];

const prologues = new Map<KeyPair, Prologue>();

/** Of handshakes towards the owner of a key, made once. */
export function prologueOf(owner: KeyPair): Prologue {
  const known = prologues.get(owner);
  if (known) return known;
  const made = prologue(suite, OPEN_NETWORK, owner.publicKey);
  prologues.set(owner, made);
  return made;
}

/** An INIT from one to another. What it says, and which of its parts are out of order, is chosen. */
export function hostileInit(choices: Choices, from: KeyPair, to: KeyPair): Uint8Array {
  const start = prologueOf(to);
  const transcript = Transcript.after(suite, start);
  const header = concat(Uint8Array.of(1, 1, 0, 0), little(choices.u32()));
  transcript.mixHash(header);
  const e = secret(choices);
  const ephemeral = ephemeralOf(choices, e);
  transcript.mixHash(ephemeral);
  transcript.mixKey(ephemeral);
  transcript.mixSealingKey(suite.dh(e, to.publicKey) ?? NO_KEY);
  const named = choices.below(8) === 1 ? choices.pick(POINTS) : from.publicKey;
  const sealedStatic = transcript.seal(named);
  transcript.mixSealingKey(suite.dh(from.privateKey, to.publicKey) ?? NO_KEY);
  const sealedPayload = transcript.seal(payload(choices));
  const message = concat(header, ephemeral, sealedStatic, sealedPayload, NO_MAC, NO_MAC);
  spoil(choices, message);
  if (choices.below(8) !== 1) message.set(initMac1(suite, start, message), 112);
  const cookie = choices.below(4) === 1 ? choices.bytes(16) : new Uint8Array(0);
  if (cookie.length === 16) message.set(initMac2(suite, cookie, message), 128);
  return message;
}

/** A RESP to an INIT, by whoever it was meant for. @returns undefined when that was somebody else */
export function hostileResponse(choices: Choices, init: Uint8Array, by: KeyPair, from: KeyPair): Uint8Array | undefined {
  const read = decodeInit(init);
  if (isDrop(read)) return undefined;
  const transcript = Transcript.after(suite, prologueOf(by));
  transcript.mixHash(read.header);
  transcript.mixHash(read.ephemeral);
  transcript.mixKey(read.ephemeral);
  transcript.mixSealingKey(suite.dh(by.privateKey, read.ephemeral) ?? NO_KEY);
  if (transcript.open(read.sealedStatic) === undefined) return undefined;
  transcript.mixSealingKey(suite.dh(by.privateKey, from.publicKey) ?? NO_KEY);
  if (transcript.open(read.sealedPayload) === undefined) return undefined;
  const km = transcript.responseMacKey();
  const receiver = choices.below(8) === 1 ? choices.u32() : read.senderIndex;
  const header = concat(Uint8Array.of(2, 1, 0, 0), little(choices.u32()), little(receiver));
  transcript.mixHash(header);
  const e = secret(choices);
  const ephemeral = ephemeralOf(choices, e);
  transcript.mixHash(ephemeral);
  transcript.mixKey(ephemeral);
  transcript.mixKey(suite.dh(e, read.ephemeral) ?? NO_KEY);
  transcript.mixKey(suite.dh(e, from.publicKey) ?? NO_KEY);
  transcript.mixPresharedKey(choices.below(8) === 1 ? new Uint8Array(32).fill(1) : NO_KEY);
  const message = concat(header, ephemeral, transcript.seal(payload(choices)), NO_MAC);
  spoil(choices, message);
  if (choices.below(8) !== 1) message.set(responseMac1(suite, km, message), 68);
  return message;
}

/** The key pair of a name. */
export function weakIdentity(name: string): KeyPair {
  const privateKey = suite.hash(new TextEncoder().encode(name)).slice(0, 32);
  return { privateKey, publicKey: suite.publicKey(privateKey) };
}

/** Capabilities, rx_max and reserved bytes: what a peer would say, or anything. */
function payload(choices: Choices): Uint8Array {
  const usual = concat(little(0x1d), Uint8Array.of(0xc0, 5, 0, 0));
  const chosen = choices.below(4) === 1 ? choices.bytes(8) : new Uint8Array(0);
  return chosen.length === 8 ? chosen : usual;
}

function secret(choices: Choices): Uint8Array {
  return suite.hash(concat(Uint8Array.of(1), choices.bytes(2))).slice(0, 32);
}

function ephemeralOf(choices: Choices, e: Uint8Array): Uint8Array {
  return choices.below(8) === 1 ? choices.pick(POINTS) : suite.publicKey(e);
}

/** Changes a byte of what is not secret anyway, or none. */
function spoil(choices: Choices, message: Uint8Array): void {
  if (choices.below(8) !== 1) return;
  const at = choices.byte() % message.length;
  message[at] = (message[at] ?? 0) ^ (1 << choices.below(8));
}

function little(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
