/** Why there is no link to a peer. A closed set: each has its words and its remedy in observe/. */
export type Reason =
  | { readonly code: "no-answer"; readonly endpoint: string; readonly tries: number }
  | { readonly code: "no-endpoint" }
  | { readonly code: "unresolved"; readonly host: string }
  /** RESP does not authenticate: what only RESP depends on is the pre-shared key. */
  | { readonly code: "refused-answer"; readonly endpoint: string }
  /** It asks callers for a cookie. */
  | { readonly code: "under-load"; readonly endpoint: string }
  /** The kernel would not send: it knows no way there. */
  | { readonly code: "no-route"; readonly endpoint: string; readonly error: string }
  /** The kernel would not send: something on this machine forbids it. */
  | { readonly code: "blocked"; readonly endpoint: string; readonly error: string }
  | { readonly code: "send-failed"; readonly endpoint: string; readonly error: string }
  | Hint;

/**
 * What a call from a peer's endpoint lets us suspect. Whoever can send from there, or pretend to, can make us believe it: it is shown
 * where nothing better is known, and changes nothing else.
 */
export type Hint =
  /** INIT has a wrong mac1: it was made for another key, or another network key. */
  | { readonly code: "call-for-another"; readonly endpoint: string }
  /** INIT has the right mac1 and does not open: it was made in a network of another name. */
  | { readonly code: "other-network"; readonly endpoint: string }
  /** INIT is by somebody whom no peer is. */
  | { readonly code: "other-key"; readonly endpoint: string; readonly publicKey: string }
  | { readonly code: "other-version"; readonly endpoint: string; readonly version: number; readonly newer: boolean };

/** Somebody who calls with a key that no peer has, and can prove that it is his. */
export interface Stranger {
  /** Base64. */
  readonly publicKey: string;
  readonly endpoint: string;
  /** Milliseconds since the epoch. */
  readonly lastCall: number;
}

/** What a peer's link is. */
export type PeerState = "idle" | "handshaking" | "established" | "unreachable";

/** What the kernel's refusal to send means. @param error such as "EPERM" */
export function sendRefusal(endpoint: string, error: string): Reason {
  const code = NO_ROUTE.has(error) ? "no-route" : BLOCKED.has(error) ? "blocked" : "send-failed";
  return { code, endpoint, error };
}

/** No route, an unreachable one, or a neighbour that does not answer; the interface of the route is down. */
const NO_ROUTE: ReadonlySet<string> = new Set(["ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN"]);
/** A filter of outgoing packets; a prohibiting route. */
const BLOCKED: ReadonlySet<string> = new Set(["EPERM", "EACCES"]);
