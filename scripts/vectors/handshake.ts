import { bytes, flipped, hex, join, number, replaced } from "./inputs.js";
import { type Direction, type HandshakeInputs, HMAC, publicKey, runHandshake, type Step } from "./spec.js";

export interface HandshakeCase {
  readonly name: string;
  readonly network: { readonly name: string; readonly key: string };
  readonly initiator: Side;
  readonly responder: Side;
  readonly psk: string;
  /** "" for none: then mac2 is zeros. */
  readonly cookie: string;
  readonly prologueSteps: Step[];
  readonly initSteps: Step[];
  readonly responseSteps: Step[];
  readonly mac1Key: string;
  readonly km: string;
  readonly init: string;
  readonly response: string;
  readonly initiatorToResponder: Direction;
  readonly responderToInitiator: Direction;
}

interface Side {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly ephemeral: string;
  readonly index: number;
  readonly payload: { readonly capabilities: number; readonly rxMax: number };
}

/** A message that the other side of the named case refuses. */
export interface HandshakeRefusal {
  readonly name: string;
  readonly case: string;
  readonly message: "init" | "response";
  readonly bytes: string;
  /** The drop reason. */
  readonly reason: string;
}

export interface HandshakeVectors {
  readonly cases: HandshakeCase[];
  readonly refusals: HandshakeRefusal[];
}

export function handshakeVectors(): HandshakeVectors {
  return { cases: CASES.map(describeCase), refusals: [...initRefusals(KEYED), ...responseRefusals(KEYED)] };
}

const ZERO_KEY = new Uint8Array(32);
const L3 = 0b11001;
const ALL = 0b11111;

type Case = HandshakeInputs & { readonly name: string };

const PLAIN = makeCase("no network, no psk", { networkName: "", networkKey: ZERO_KEY, psk: ZERO_KEY, cookie: new Uint8Array(0) });
export const KEYED = makeCase("network, psk and cookie", {});
const CASES: readonly Case[] = [
  PLAIN,
  KEYED,
  makeCase("longest name, extreme numbers, unknown capabilities", {
    networkName: "ñ".repeat(32),
    initiatorIndex: 1,
    responderIndex: 0xffff_ffff,
    initiatorPayload: payload(0xffff_fffa, 0xffff),
    responderPayload: payload(0x8000_001e, 1312),
  }),
];

function makeCase(name: string, differing: Partial<HandshakeInputs>): Case {
  return {
    name,
    networkName: "office",
    networkKey: bytes("network key", 32),
    initiatorStatic: bytes(`${name} initiator static`, 32),
    initiatorEphemeral: bytes(`${name} initiator ephemeral`, 32),
    responderStatic: bytes(`${name} responder static`, 32),
    responderEphemeral: bytes(`${name} responder ephemeral`, 32),
    psk: bytes("psk", 32),
    initiatorIndex: 0x0102_0304,
    responderIndex: 0xa0b0_c0d0,
    initiatorPayload: payload(ALL, 1472),
    responderPayload: payload(L3, 9000),
    cookie: bytes("cookie", 16),
    ...differing,
  };
}

function payload(capabilities: number, rxMax: number, reserved = 0): Uint8Array {
  return join(number(capabilities, 4), number(rxMax, 2), number(reserved, 2));
}

function describeCase(inputs: Case): HandshakeCase {
  const run = runHandshake(inputs);
  return {
    ...run,
    name: inputs.name,
    network: { name: inputs.networkName, key: hex(inputs.networkKey) },
    initiator: side(inputs.initiatorStatic, inputs.initiatorEphemeral, inputs.initiatorIndex, inputs.initiatorPayload),
    responder: side(inputs.responderStatic, inputs.responderEphemeral, inputs.responderIndex, inputs.responderPayload),
    psk: hex(inputs.psk),
    cookie: hex(inputs.cookie),
    mac1Key: hex(run.mac1Key),
    km: hex(run.km),
    init: hex(run.init),
    response: hex(run.response),
  };
}

function side(privateKey: Uint8Array, ephemeral: Uint8Array, index: number, sealed: Uint8Array): Side {
  const view = new DataView(sealed.buffer, sealed.byteOffset);
  return {
    privateKey: hex(privateKey),
    publicKey: hex(publicKey(privateKey)),
    ephemeral: hex(ephemeral),
    index,
    payload: { capabilities: view.getUint32(0, true), rxMax: view.getUint16(4, true) },
  };
}

/** Payloads that are well sealed and not acceptable. Both sides of the case offer L3. */
const BAD_PAYLOADS: readonly [string, Uint8Array, string][] = [
  ["first reserved byte of P", payload(ALL, 1472, 0x0001), "reserved"],
  ["second reserved byte of P", payload(ALL, 1472, 0x0100), "reserved"],
  ["rx_max one below its floor", payload(ALL, 1311), "payload"],
  ["rx_max of zero", payload(ALL, 0), "payload"],
  ["no capabilities", payload(0, 1472), "capabilities"],
  ["no probe", payload(ALL & ~0b01000, 1472), "capabilities"],
  ["no control", payload(ALL & ~0b10000, 1472), "capabilities"],
  ["neither L3 nor L2", payload(ALL & ~0b00011, 1472), "capabilities"],
];

function initRefusals(inputs: Case): HandshakeRefusal[] {
  const { init, mac1Key } = runHandshake(inputs);
  const remac = (message: Uint8Array) => replaced(message, 112, HMAC(mac1Key, message.subarray(0, 112)).subarray(0, 16));
  const made = (differing: Partial<HandshakeInputs>) => runHandshake({ ...inputs, ...differing }).init;
  const refusals: [string, Uint8Array, string][] = [
    ["one byte short", init.subarray(0, 143), "length"],
    ["one byte long", join(init, ZERO_KEY.subarray(0, 1)), "length"],
    ["another type", replaced(init, 0, Uint8Array.of(2)), "type"],
    ["another version", replaced(init, 1, Uint8Array.of(2)), "version"],
    ["first reserved byte", flipped(init, 2), "reserved"],
    ["second reserved byte", flipped(init, 3), "reserved"],
    ["sender_index", flipped(init, 4), "mac1"],
    ["E_i", flipped(init, 8), "mac1"],
    ["SEAL(S_i)", flipped(init, 40), "mac1"],
    ["SEAL(P_i)", flipped(init, 88), "mac1"],
    ["mac1", flipped(init, 112), "mac1"],
    ["sender_index, mac1 made anew", remac(flipped(init, 4)), "auth"],
    ["E_i, mac1 made anew", remac(flipped(init, 8)), "auth"],
    ["tag of S_i, mac1 made anew", remac(flipped(init, 40)), "auth"],
    ["S_i, mac1 made anew", remac(flipped(init, 87)), "auth"],
    ["tag of P_i, mac1 made anew", remac(flipped(init, 88)), "auth"],
    ["P_i, mac1 made anew", remac(flipped(init, 111)), "auth"],
    ["E_i zero", remac(replaced(init, 8, ZERO_KEY)), "dh"],
    ["E_i of low order", remac(replaced(init, 8, join(number(1, 8), ZERO_KEY.subarray(0, 24)))), "dh"],
    ["for another responder", made({ responderStatic: bytes("another static", 32) }), "mac1"],
    ["for another responder, mac1 made anew", remac(made({ responderStatic: bytes("another static", 32) })), "auth"],
    ["from another network", made({ networkKey: bytes("another key", 32) }), "mac1"],
    ["from another network, mac1 made anew", remac(made({ networkKey: bytes("another key", 32) })), "auth"],
    ["under another network name", made({ networkName: "Office" }), "auth"],
    ...BAD_PAYLOADS.map(([name, initiatorPayload, reason]): [string, Uint8Array, string] => [name, made({ initiatorPayload }), reason]),
  ];
  return refusals.map(([name, message, reason]) => ({ name, case: inputs.name, message: "init", bytes: hex(message), reason }));
}

function responseRefusals(inputs: Case): HandshakeRefusal[] {
  const { response, km } = runHandshake(inputs);
  const remac = (message: Uint8Array) => replaced(message, 68, HMAC(km, message.subarray(0, 68)).subarray(0, 16));
  const made = (differing: Partial<HandshakeInputs>) => runHandshake({ ...inputs, ...differing }).response;
  const refusals: [string, Uint8Array, string][] = [
    ["one byte short", response.subarray(0, 83), "length"],
    ["one byte long", join(response, ZERO_KEY.subarray(0, 1)), "length"],
    ["another type", replaced(response, 0, Uint8Array.of(1)), "type"],
    ["another version", replaced(response, 1, Uint8Array.of(2)), "version"],
    ["first reserved byte", flipped(response, 2), "reserved"],
    ["second reserved byte", flipped(response, 3), "reserved"],
    ["receiver_index", flipped(response, 8), "index"],
    ["sender_index", flipped(response, 4), "mac1"],
    ["E_r", flipped(response, 12), "mac1"],
    ["SEAL(P_r)", flipped(response, 44), "mac1"],
    ["mac1", flipped(response, 68), "mac1"],
    ["sender_index, mac1 made anew", remac(flipped(response, 4)), "auth"],
    ["E_r, mac1 made anew", remac(flipped(response, 12)), "auth"],
    ["tag of P_r, mac1 made anew", remac(flipped(response, 44)), "auth"],
    ["P_r, mac1 made anew", remac(flipped(response, 67)), "auth"],
    ["E_r zero", remac(replaced(response, 12, ZERO_KEY)), "dh"],
    ["E_r of low order", remac(replaced(response, 12, join(number(1, 8), ZERO_KEY.subarray(0, 24)))), "dh"],
    ["to another INIT of the same initiator", made({ initiatorEphemeral: bytes("another ephemeral", 32) }), "mac1"],
    ["under another psk", made({ psk: bytes("another psk", 32) }), "auth"],
    ...BAD_PAYLOADS.map(([name, responderPayload, reason]): [string, Uint8Array, string] => [name, made({ responderPayload }), reason]),
  ];
  return refusals.map(([name, message, reason]) => ({ name, case: inputs.name, message: "response", bytes: hex(message), reason }));
}
