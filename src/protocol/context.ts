import type { Now } from "../base/time.js";
import type { CryptoSuite, Random } from "../crypto/suite.js";
import type { Effect, TrafficView } from "./effects.js";
import type { Ephemeral } from "./handshake/ephemeral.js";
import type { KeyPair } from "./handshake/initiator.js";
import type { Prologue } from "./handshake/prologue.js";
import type { Peer } from "./peer.js";
import type { Capabilities } from "./wire/capabilities.js";
import type { DropReason } from "./wire/drop-reason.js";

/** What the parts of a node share. */
export interface NodeContext {
  readonly suite: CryptoSuite;
  readonly random: Random;
  readonly identity: KeyPair;
  /** Of handshakes towards us. */
  readonly prologue: Prologue;
  readonly capabilities: Capabilities;
  /** Largest UDP payload we accept. */
  readonly rxMax: number;
  /** Program and version, and the MTU of our interface: what HELLO says. */
  readonly agent: string;
  readonly innerMtu: number;
  readonly traffic: TrafficView;
  /** Sessions of another one may receive and not send: memory may have been copied since. */
  generation: number;
  /** Of handshakes towards a peer. */
  prologueOf(peer: Peer): Prologue;
  ephemeral(now: Now): Ephemeral;
  /** A random duration in [0, span). */
  jitter(span: number): number;
  peerByKey(publicKey: Uint8Array): Peer | undefined;
  emit(effect: Effect): void;
  /** Counts something that was dropped. */
  drop(reason: DropReason): void;
}
