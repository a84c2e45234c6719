/** Why there is no link to a peer. A closed set: each has its words and its remedy in observe/. */
export type Reason =
  | { readonly code: "no-answer"; readonly endpoint: string; readonly tries: number }
  | { readonly code: "no-endpoint" }
  | { readonly code: "unresolved"; readonly host: string }
  | { readonly code: "refused-answer"; readonly endpoint: string }
  | { readonly code: "send-failed"; readonly endpoint: string; readonly error: string };

/** What a peer's link is. */
export type PeerState = "idle" | "handshaking" | "established" | "unreachable";
