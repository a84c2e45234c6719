import type { Endpoint } from "../base/endpoint.js";
import type { BootMillis } from "../base/time.js";
import type { Capabilities } from "./wire/capabilities.js";

/** A session as the node knows it: its keys live in the data plane. */
export interface Session {
  /** Ours: what the peer writes as receiver_index. */
  readonly index: number;
  readonly role: "initiator" | "responder";
  /** What both sides set. */
  readonly capabilities: Capabilities;
  readonly startedAt: BootMillis;
  readonly expiresAt: BootMillis;
  /** When its keys were made. */
  readonly generation: number;
}

/** A session that we answered an INIT with. It never sends; the first DATA that opens under it confirms it. */
export interface PendingSession extends Session {
  readonly role: "responder";
  /** The INIT, so that a repetition gets the same RESP. */
  readonly init: Uint8Array;
  /** Where the INIT came from. */
  readonly source: Endpoint;
  readonly response: Uint8Array;
  /** Until when it waits to be confirmed. */
  readonly waitsUntil: BootMillis;
}
