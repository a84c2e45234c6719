import type { CryptoSuite, Random } from "../crypto/suite.js";
import type { TrafficView } from "./effects.js";
import type { KeyPair } from "./handshake/initiator.js";
import type { Network } from "./handshake/prologue.js";
import type { PeerSettings } from "./peer.js";
import type { Capabilities } from "./wire/capabilities.js";

/** What a node is made with. */
export interface NodeSettings {
  readonly suite: CryptoSuite;
  readonly random: Random;
  readonly identity: KeyPair;
  readonly network: Network;
  readonly capabilities: Capabilities;
  /** Largest UDP payload accepted: 1312–65535. */
  readonly rxMax: number;
  /** Program and version: at most 64 bytes of UTF-8. */
  readonly agent: string;
  /** MTU of our interface. */
  readonly innerMtu: number;
  readonly traffic: TrafficView;
  readonly peers: readonly PeerSettings[];
}
