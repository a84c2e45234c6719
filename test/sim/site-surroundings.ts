import type { Endpoint } from "../../src/base/endpoint.js";
import type { BootMillis, Millis } from "../../src/base/time.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import type { KeyPair } from "../../src/protocol/handshake/initiator.js";
import type { Observers } from "./observer.js";
import type { Site } from "./site.js";

/** A site as the others can know it. */
export interface SitePlace {
  readonly name: string;
  /** From 1: its allowed-ips are 10.HIGH.LOW.0/24. */
  readonly number: number;
  readonly identity: KeyPair;
  readonly address: Endpoint;
}

/** What a site needs of its world. */
export interface SiteSurroundings {
  readonly suite: CryptoSuite;
  /** What wall clocks are ahead of the boot clock at first. */
  readonly realAtBoot: Millis;
  readonly observers: Observers;
  now(): BootMillis;
  place(name: string): SitePlace;
  send(from: Site, to: Endpoint, datagram: Uint8Array): void;
  /** Runs something once the node is not at work. */
  soon(act: () => void): void;
  at(time: BootMillis, act: () => void): void;
  resolve(host: string, port: number, answer: (endpoints: readonly Endpoint[]) => void): void;
  nextPacket(): number;
  /** Something happened to a site: its next deadline may be another. */
  changed(site: Site): void;
}
