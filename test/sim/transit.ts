import { type Endpoint, formatEndpoint } from "../../src/base/endpoint.js";
import type { BootMillis, Millis } from "../../src/base/time.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import { DATA_HEADER_BYTES, MESSAGE } from "../../src/protocol/wire/layouts.js";

export type Label = "INIT" | "RESP" | "COOKIE" | "DATA" | "EMPTY" | "PROBE" | "CONTROL" | "?";

/** A datagram that somebody sent. */
export interface Transit {
  readonly at: BootMillis;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
  readonly label: Label;
  fate: "on its way" | "arrived" | "lost";
}

/** What happens to a datagram on its way. Undefined: whatever happens to all. */
export type Rule = (transit: Transit) => "lost" | { readonly delay: Millis } | undefined;

export type Match = (transit: Transit) => boolean;

/** What can be told of a datagram without its keys. */
export function labelOf(bytes: Uint8Array): Label {
  switch (bytes[0]) {
    case MESSAGE.init:
      return "INIT";
    case MESSAGE.response:
      return "RESP";
    case MESSAGE.cookie:
      return "COOKIE";
    case MESSAGE.data:
      if (bytes[1] === KIND.probe) return "PROBE";
      if (bytes[1] === KIND.control) return "CONTROL";
      return bytes.length === DATA_HEADER_BYTES ? "EMPTY" : "DATA";
    default:
      return "?";
  }
}

/** @param names of endpoints, by their text */
export function describeTransit(transit: Transit, names: ReadonlyMap<string, string>): string {
  const name = (endpoint: Endpoint) => names.get(formatEndpoint(endpoint)) ?? formatEndpoint(endpoint);
  const { at, from, to, label, bytes, fate } = transit;
  const index = bytes.length >= 8 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true).toString(16).padStart(8, "0") : "";
  const lost = fate === "arrived" ? "" : ` (${fate})`;
  return `${at.toFixed(3).padStart(12)}  ${name(from)} → ${name(to)}  ${label} ${index} ${bytes.length}${lost}`;
}
