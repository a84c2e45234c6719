import type { Now } from "../base/time.js";
import type { CryptoSuite, Random } from "../crypto/suite.js";
import type { Capabilities } from "./capabilities.js";
import type { DropReason } from "./drop-reason.js";
import type { Effect, TrafficView } from "./effects.js";
import type { Ephemeral } from "./ephemeral.js";
import type { KeyPair } from "./initiator.js";
import type { Peer } from "./peer.js";
import type { Prologue } from "./prologue.js";

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
  readonly traffic: TrafficView;
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
