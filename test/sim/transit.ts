import type { Endpoint } from "../../src/base/endpoint.js";
import type { BootMillis, Millis } from "../../src/base/time.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import { DATA_HEADER_BYTES, MESSAGE } from "../../src/protocol/wire/layouts.js";

export type Label = "INIT" | "RESP" | "COOKIE" | "DATA" | "EMPTY" | "PROBE" | "CONTROL" | "?";

/** What became of a datagram. "refused": by a NAT that would not let it in, or that does not hairpin; "nobody": none was there. */
export type Fate = "on its way" | "arrived" | "lost" | "too big" | "refused" | "nobody";

/** A datagram that somebody sent, with the addresses that it has between the NATs. */
export interface Transit {
  readonly at: BootMillis;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
  readonly label: Label;
  /** It was sent by whom it says it is from. */
  readonly genuine: boolean;
  fate: Fate;
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
