/**
 * Probes, kind 0xE0: liveness, endpoints, path MTU.
 *
 * @see docs/protocol.md §8
 */
import { invariant } from "../../base/invariant.js";
import type { DropReason } from "./drop-reason.js";

export const PROBE_BYTES = 16;

/** In the order of their numbers, from 1. */
const OPS = ["ping", "pong", "pathChallenge", "pathResponse", "pmtuProbe", "pmtuAck"] as const;
export type ProbeOp = (typeof OPS)[number];

export interface Probe {
  readonly op: ProbeOp;
  /** "I moved"; only in a pathChallenge. */
  readonly moved: boolean;
  /** u16 */
  readonly arg: number;
  /** u32 */
  readonly sequence: number;
  /** u64 */
  readonly token: bigint;
}

/** @param length of the plaintext: more than 16 bytes only to try a path's MTU */
export function encodeProbe(probe: Probe, length = PROBE_BYTES): Uint8Array {
  invariant(length >= PROBE_BYTES, `probe of ${length} bytes`);
  invariant(!probe.moved || probe.op === "pathChallenge", `${probe.op} that says "I moved"`);
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  bytes[0] = OPS.indexOf(probe.op) + 1;
  bytes[1] = probe.moved ? MOVED : 0;
  view.setUint16(2, probe.arg, true);
  view.setUint32(4, probe.sequence, true);
  view.setBigUint64(8, probe.token, true);
  return bytes;
}

export function decodeProbe(plaintext: Uint8Array): Probe | DropReason {
  if (plaintext.length < PROBE_BYTES) return "length";
  const [number = 0, flags = 0] = plaintext;
  const op = OPS[number - 1];
  if (op === undefined) return "malformed";
  if ((flags & ~(op === "pathChallenge" ? MOVED : 0)) !== 0) return "reserved";
  if (plaintext.subarray(PROBE_BYTES).some((byte) => byte !== 0)) return "reserved";
  const view = viewOf(plaintext);
  return {
    op,
    moved: flags === MOVED,
    arg: view.getUint16(2, true),
    sequence: view.getUint32(4, true),
    token: view.getBigUint64(8, true),
  };
}

/** The answer: seq, token and arg copied, 16 bytes, to the request's source. Undefined when the probe is itself an answer. */
export function replyTo(probe: Probe): Probe | undefined {
  const op = REPLIES[probe.op];
  return op && { ...probe, op, moved: false };
}

const REPLIES: Partial<Record<ProbeOp, ProbeOp>> = { ping: "pong", pathChallenge: "pathResponse", pmtuProbe: "pmtuAck" };

const MOVED = 1;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
