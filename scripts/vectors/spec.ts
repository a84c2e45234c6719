/** The handshake of docs/protocol.md §4 and §5 in a straight line, with every input given and every step recorded. */
import { referenceSuite } from "../../src/crypto/reference.js";
import { hex, join, number, text } from "./inputs.js";

export interface HandshakeInputs {
  readonly networkName: string;
  readonly networkKey: Uint8Array;
  /** s_i, e_i, s_r, e_r */
  readonly initiatorStatic: Uint8Array;
  readonly initiatorEphemeral: Uint8Array;
  readonly responderStatic: Uint8Array;
  readonly responderEphemeral: Uint8Array;
  readonly psk: Uint8Array;
  readonly initiatorIndex: number;
  readonly responderIndex: number;
  /** P_i and P_r, 8 bytes each. */
  readonly initiatorPayload: Uint8Array;
  readonly responderPayload: Uint8Array;
  /** Empty for none. */
  readonly cookie: Uint8Array;
}

/** ck and h after a token. */
export interface Step {
  readonly token: string;
  readonly ck: string;
  readonly h: string;
}

export interface Direction {
  readonly key: string;
  readonly sid: string;
  /** By kind. */
  readonly subkeys: Record<string, string>;
}

export interface Handshake {
  readonly prologueSteps: Step[];
  readonly initSteps: Step[];
  readonly responseSteps: Step[];
  readonly mac1Key: Uint8Array;
  readonly km: Uint8Array;
  readonly init: Uint8Array;
  readonly response: Uint8Array;
  readonly initiatorToResponder: Direction;
  readonly responderToInitiator: Direction;
}

export const { hash: H, hmac: HMAC, publicKey, seal: BOX, hsalsa20 } = referenceSuite;

export function DH(privateKey: Uint8Array, point: Uint8Array): Uint8Array {
  const shared = referenceSuite.dh(privateKey, point);
  if (shared === undefined) throw new Error("zero DH among the inputs of a vector");
  return shared;
}

export function HKDF(ck: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
  const t = HMAC(ck, input);
  const o1 = HMAC(t, Uint8Array.of(1));
  const o2 = HMAC(t, join(o1, Uint8Array.of(2)));
  const o3 = HMAC(t, join(o2, Uint8Array.of(3)));
  return [o1, o2, o3];
}

export const LABEL = text("tunvpn/1 IKpsk0+psk2 X25519 XSalsa20Poly1305 SHA512");

export function runHandshake(inputs: HandshakeInputs): Handshake {
  const state = { ck: H(LABEL), h: H(LABEL), k: NONE, steps: [] };
  const prologueSteps = begin(state, inputs);
  const mac1Key = HMAC(inputs.networkKey, join(text("tunvpn/1 mac1"), publicKey(inputs.responderStatic)));
  const { init, initSteps } = writeInit(state, inputs, mac1Key);
  const km = HMAC(state.ck, join(text("tunvpn/1 resp"), state.h));
  const { response, responseSteps } = writeResponse(state, inputs, km);
  const [o1, o2] = HKDF(state.ck, state.h);
  return {
    prologueSteps,
    initSteps,
    responseSteps,
    mac1Key,
    km,
    init,
    response,
    initiatorToResponder: direction(o1),
    responderToInitiator: direction(o2),
  };
}

const NONE = new Uint8Array(0);

/** The variables of the specification. */
interface State {
  ck: Uint8Array;
  h: Uint8Array;
  k: Uint8Array;
  steps: Step[];
}

function begin(state: State, inputs: HandshakeInputs): Step[] {
  const name = text(inputs.networkName);
  state.h = H(join(state.ck, number(name.length, 1), name));
  record(state, "name");
  state.h = H(join(state.h, publicKey(inputs.responderStatic)));
  record(state, "S_r");
  const [ck, tau] = HKDF(state.ck, inputs.networkKey);
  state.ck = ck;
  state.h = H(join(state.h, tau));
  record(state, "nk");
  return state.steps.splice(0);
}

function writeInit(state: State, inputs: HandshakeInputs, mac1Key: Uint8Array): { init: Uint8Array; initSteps: Step[] } {
  const { initiatorStatic: s_i, initiatorEphemeral: e_i } = inputs;
  const E_i = publicKey(e_i);
  const S_r = publicKey(inputs.responderStatic);
  const header = join(Uint8Array.of(1, 1, 0, 0), number(inputs.initiatorIndex, 4));
  state.h = H(join(state.h, header));
  record(state, "header");
  state.h = H(join(state.h, E_i));
  [state.ck] = HKDF(state.ck, E_i);
  record(state, "e");
  [state.ck, state.k] = HKDF(state.ck, DH(e_i, S_r));
  record(state, "es");
  const sealedStatic = SEAL(state, publicKey(s_i));
  record(state, "s");
  [state.ck, state.k] = HKDF(state.ck, DH(s_i, S_r));
  record(state, "ss");
  const sealedPayload = SEAL(state, inputs.initiatorPayload);
  record(state, "payload");

  const body = join(header, E_i, sealedStatic, sealedPayload);
  const mac1 = HMAC(mac1Key, body).subarray(0, 16);
  const mac2 = inputs.cookie.length === 0 ? new Uint8Array(16) : HMAC(inputs.cookie, join(body, mac1)).subarray(0, 16);
  return { init: join(body, mac1, mac2), initSteps: state.steps.splice(0) };
}

function writeResponse(state: State, inputs: HandshakeInputs, km: Uint8Array): { response: Uint8Array; responseSteps: Step[] } {
  const e_r = inputs.responderEphemeral;
  const E_r = publicKey(e_r);
  const header = join(Uint8Array.of(2, 1, 0, 0), number(inputs.responderIndex, 4), number(inputs.initiatorIndex, 4));
  state.h = H(join(state.h, header));
  record(state, "header");
  state.h = H(join(state.h, E_r));
  [state.ck] = HKDF(state.ck, E_r);
  record(state, "e");
  [state.ck] = HKDF(state.ck, DH(e_r, publicKey(inputs.initiatorEphemeral)));
  record(state, "ee");
  [state.ck] = HKDF(state.ck, DH(e_r, publicKey(inputs.initiatorStatic)));
  record(state, "se");
  const [ck, tau, k] = HKDF(state.ck, inputs.psk);
  state.ck = ck;
  state.k = k;
  state.h = H(join(state.h, tau));
  record(state, "psk");
  const sealedPayload = SEAL(state, inputs.responderPayload);
  record(state, "payload");

  const body = join(header, E_r, sealedPayload);
  return { response: join(body, HMAC(km, body).subarray(0, 16)), responseSteps: state.steps.splice(0) };
}

function SEAL(state: State, m: Uint8Array): Uint8Array {
  const kk = HMAC(state.k, join(text("seal"), state.h)).subarray(0, 32);
  const c = BOX(kk, new Uint8Array(24), m);
  state.h = H(join(state.h, c));
  return c;
}

function record(state: State, token: string): void {
  state.steps.push({ token, ck: hex(state.ck), h: hex(state.h) });
}

function direction(output: Uint8Array): Direction {
  const key = output.subarray(0, 32);
  const sid = output.subarray(32, 47);
  const subkeys = KINDS.map((kind) => [hex(Uint8Array.of(kind)), hex(hsalsa20(key, join(sid, Uint8Array.of(kind))))]);
  return { key: hex(key), sid: hex(sid), subkeys: Object.fromEntries(subkeys) };
}

/** In the order of the shim's subkey arrays. */
export const KINDS = [0x00, 0x01, 0x10, 0x11, 0xe0, 0xf0];
