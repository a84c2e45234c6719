/**
 * What a control message may consist of, checked before any decoder sees it. Not recursive; reads every byte once; makes
 * nothing but its verdict.
 *
 * @see docs/protocol.md §9
 */

import { CBOR_LIMITS } from "../limits.js";

/** The first rule that a message breaks. */
export type CborFault =
  /** Longer than 1,200 bytes. */
  | "size"
  /** Ends within an item, or is empty. */
  | "truncated"
  /** Bytes after the map. */
  | "trailing"
  /** The outermost item is no map. */
  | "root"
  /** Indefinite length. */
  | "indefinite"
  /** Negative, tag, float, null, undefined, simple value, or a reserved form of length. */
  | "type"
  /** An unsigned number above 2^53 − 1. */
  | "integer"
  /** Nested deeper than 3. */
  | "depth"
  /** More than 256 items. */
  | "items"
  /** An array of more than 32. */
  | "array"
  /** A map of more than 16 pairs. */
  | "map"
  /** A key that is no unsigned number. */
  | "key"
  /** Keys that do not ascend. */
  | "order"
  /** A string of more than 64 bytes. */
  | "string"
  /** Text that is not UTF-8. */
  | "utf8";

/** @returns undefined when the message keeps every rule */
export function cborFault(bytes: Uint8Array): CborFault | undefined {
  if (bytes.length > CBOR_LIMITS.bytes) return "size";
  const open: Container[] = [];
  let position = 0;
  let items = 0;
  do {
    const head = readHead(bytes, position);
    if (typeof head === "string") return head;
    const fault = rootFault(head, open) ?? keyFault(head, open.at(-1)) ?? valueFault(head, bytes, open.length);
    if (fault !== undefined) return fault;
    if (++items > CBOR_LIMITS.items) return "items";
    position = head.end + (isString(head) ? head.argument : 0);

    const parent = open.at(-1);
    if (parent !== undefined) parent.remaining--;
    if (head.major === MAJOR.map) open.push({ map: true, remaining: 2 * head.argument, lastKey: -1 });
    if (head.major === MAJOR.array) open.push({ map: false, remaining: head.argument, lastKey: -1 });
    while (open.at(-1)?.remaining === 0) open.pop();
  } while (open.length > 0);
  return position === bytes.length ? undefined : "trailing";
}

const MAJOR = { unsigned: 0, bytes: 2, text: 3, array: 4, map: 5, simple: 7 } as const;
const FALSE = 20;
const TRUE = 21;

/** A map or array of which items are still to come. */
interface Container {
  readonly map: boolean;
  /** Items: keys and values each count. */
  remaining: number;
  lastKey: number;
}

/** The head of an item: what it is, and its number or length. */
interface Head {
  readonly major: number;
  /** The low five bits of the first byte. */
  readonly info: number;
  readonly argument: number;
  /** Where the head ends. */
  readonly end: number;
}

function readHead(bytes: Uint8Array, position: number): Head | CborFault {
  const first = bytes[position];
  if (first === undefined) return "truncated";
  const major = first >> 5;
  const info = first & 0x1f;
  if (info < 24) return { major, info, argument: info, end: position + 1 };
  if (info === 31) return "indefinite";
  if (info > 27) return "type";
  const end = position + 1 + 2 ** (info - 24);
  if (end > bytes.length) return "truncated";
  let argument = 0;
  for (const byte of bytes.subarray(position + 1, end)) argument = argument * 256 + byte;
  return { major, info, argument, end };
}

function rootFault(head: Head, open: readonly Container[]): CborFault | undefined {
  return open.length === 0 && head.major !== MAJOR.map ? "root" : undefined;
}

function keyFault(head: Head, parent: Container | undefined): CborFault | undefined {
  if (!parent?.map || parent.remaining % 2 !== 0) return undefined;
  if (head.major !== MAJOR.unsigned) return "key";
  if (head.argument <= parent.lastKey) return "order";
  parent.lastKey = head.argument;
  return undefined;
}

function valueFault(head: Head, bytes: Uint8Array, depth: number): CborFault | undefined {
  const { major, info, argument } = head;
  switch (major) {
    case MAJOR.unsigned:
      return argument > Number.MAX_SAFE_INTEGER ? "integer" : undefined;
    case MAJOR.bytes:
    case MAJOR.text:
      return stringFault(head, bytes);
    case MAJOR.array:
      if (depth === CBOR_LIMITS.depth) return "depth";
      return argument > CBOR_LIMITS.array ? "array" : undefined;
    case MAJOR.map:
      if (depth === CBOR_LIMITS.depth) return "depth";
      return argument > CBOR_LIMITS.map ? "map" : undefined;
    case MAJOR.simple:
      return info === FALSE || info === TRUE ? undefined : "type";
    default:
      return "type";
  }
}

function stringFault({ major, argument, end }: Head, bytes: Uint8Array): CborFault | undefined {
  if (argument > CBOR_LIMITS.string) return "string";
  if (argument > bytes.length - end) return "truncated";
  return major === MAJOR.text && !isUtf8(bytes.subarray(end, end + argument)) ? "utf8" : undefined;
}

function isString(head: Head): boolean {
  return head.major === MAJOR.bytes || head.major === MAJOR.text;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });
