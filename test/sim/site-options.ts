import type { Millis } from "../../src/base/time.js";
import type { Network } from "../../src/protocol/handshake/prologue.js";
import type { ProcessorOptions } from "./processor.js";

export interface PeerOptions {
  /** An endpoint's text, a name's, or "none". The other site's first address unless told. */
  readonly endpoint?: string;
  readonly presharedKey?: Uint8Array;
  readonly persistentKeepalive?: Millis;
  /** Another key than the other site has. */
  readonly publicKey?: Uint8Array;
}

export interface SiteOptions {
  /** By the name of the other site. */
  readonly peers: Readonly<Record<string, PeerOptions>>;
  readonly network?: Network;
  readonly capabilities?: number;
  /** 1420 unless told. */
  readonly innerMtu?: number;
  /** The NAT that it is behind. */
  readonly nat?: string;
  /** Without one, events take no time. */
  readonly processor?: ProcessorOptions;
}
