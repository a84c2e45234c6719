/**
 * Control messages, kind 0xF0: one CBOR map each.
 *
 * @see docs/protocol.md §9
 */
// This entry of the package, unlike its main one, does not load the native extractor.
import { Encoder } from "cbor-x/encode";
import { invariant } from "../../base/invariant.js";
import { CBOR_LIMITS } from "../limits.js";
import { cborFault } from "./cbor.js";
import type { DropReason } from "./drop-reason.js";

export interface Hello {
  readonly type: "hello";
  /** Program and version, at most 64 bytes of UTF-8. A peer chose it: whoever prints it escapes it. */
  readonly agent: string;
  /** MTU of the sender's interface. */
  readonly innerMtu: number;
}

export interface Goodbye {
  readonly type: "goodbye";
  readonly reason: number;
}

/** A message of a later version: counted, not answered. */
export interface UnknownControl {
  readonly type: "unknown";
  readonly number: number;
}

export function encodeControl(message: Hello | Goodbye): Uint8Array {
  const entries = message.type === "hello" ? helloEntries(message) : goodbyeEntries(message);
  const bytes = new Uint8Array(codec.encode(new Map(entries)));
  invariant(cborFault(bytes) === undefined, `${message.type} that breaks the limits of control messages`);
  return bytes;
}

/** Unknown keys are ignored. */
export function decodeControl(plaintext: Uint8Array): Hello | Goodbye | UnknownControl | DropReason {
  if (plaintext.length > CBOR_LIMITS.bytes) return "length";
  if (cborFault(plaintext) !== undefined) return "malformed";
  const map = new Map<number, unknown>(codec.decode(plaintext.slice()));
  const number = map.get(TYPE_KEY);
  if (typeof number !== "number") return "malformed";
  switch (number) {
    case NUMBER.hello:
      return readHello(map);
    case NUMBER.goodbye:
      return readGoodbye(map);
    default:
      return { type: "unknown", number };
  }
}

const TYPE_KEY = 0;
const NUMBER = { hello: 1, goodbye: 6 } as const;

/** `int64AsNumber`, which the package's types lack: the validator admits no number that a double cannot hold. */
const OPTIONS = { useRecords: false, mapsAsObjects: false, int64AsNumber: true };
const codec = new Encoder(OPTIONS);

function helloEntries(hello: Hello): [number, unknown][] {
  return [
    [TYPE_KEY, NUMBER.hello],
    [1, hello.agent],
    [2, hello.innerMtu],
  ];
}

function readHello(map: ReadonlyMap<number, unknown>): Hello | DropReason {
  const agent = map.get(1);
  const innerMtu = map.get(2);
  return typeof agent === "string" && typeof innerMtu === "number" ? { type: "hello", agent, innerMtu } : "malformed";
}

function goodbyeEntries(goodbye: Goodbye): [number, unknown][] {
  return [
    [TYPE_KEY, NUMBER.goodbye],
    [1, goodbye.reason],
  ];
}

function readGoodbye(map: ReadonlyMap<number, unknown>): Goodbye | DropReason {
  const reason = map.get(1);
  return typeof reason === "number" ? { type: "goodbye", reason } : "malformed";
}
