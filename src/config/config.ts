import type { ConfiguredEndpoint } from "../base/endpoint.js";
import type { PublicKey, SecretKey } from "../base/keys.js";
import type { IpPrefix } from "../base/prefix.js";

/** The tunnel's MTU unless the file says otherwise: an outer 1500 less the largest overhead. @see docs/protocol.md §3 */
export const DEFAULT_MTU = 1420;

/** What one file asks for, complete and consistent. */
export interface Config {
  /** The interface's name: the file's base name. */
  readonly name: string;
  /** The path as the operator gave it. */
  readonly path: string;
  readonly interface: InterfaceConfig;
  /** In the order of the file. */
  readonly peers: readonly PeerConfig[];
}

export interface InterfaceConfig {
  readonly privateKey: SecretKey;
  readonly publicKey: PublicKey;
  /** 0: any free port. */
  readonly listenPort: number;
  /** 32 bits; 0: none. */
  readonly fwMark: number;
  /** Host bits kept. */
  readonly addresses: readonly IpPrefix[];
  /** 576–65535, at least 1280 when the file names any IPv6 address or prefix. */
  readonly mtu: number;
  /** At most 64 bytes of UTF-8; "" unless given. */
  readonly networkName: string;
  readonly networkKey: SecretKey | undefined;
  /** 1–64; 0: as many as the agent chooses. */
  readonly queues: number;
}

export interface PeerConfig {
  /** `Name`, or the first 8 characters of the public key. Unique in the file. */
  readonly name: string;
  readonly publicKey: PublicKey;
  readonly presharedKey: SecretKey | undefined;
  /** Host bits masked; each prefix once in the file. */
  readonly allowedIps: readonly IpPrefix[];
  readonly endpoint: ConfiguredEndpoint | undefined;
  /** Seconds, 1–65535; 0: off. */
  readonly persistentKeepalive: number;
}

/** What a peer without `Name` is called everywhere. */
export function defaultPeerName(publicKey: PublicKey): string {
  return publicKey.toString().slice(0, 8);
}
