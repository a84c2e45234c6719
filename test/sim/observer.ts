import type { Endpoint } from "../../src/base/endpoint.js";
import type { BootMillis } from "../../src/base/time.js";
import type { Effect, Input } from "../../src/protocol/effects.js";
import type { DataMessage } from "../../src/protocol/wire/layouts.js";
import type { DataSession, Sealed } from "./data-session.js";
import type { InnerPacket } from "./inner-packet.js";
import type { Site } from "./site.js";
import type { SitePlace } from "./site-surroundings.js";

/** Someone who is told of everything that happens to the sites, as it happens. Throws when something must not be. */
export interface Observer {
  /** The node is about to be told something. */
  input?(site: Site, input: Input, now: BootMillis): void;
  /** The node was told, and what it wanted was done. */
  handled?(site: Site): void;
  deadlineHandled?(site: Site, now: BootMillis): void;
  /** Before an effect is carried out. */
  effect?(site: Site, effect: Effect, now: BootMillis): void;
  /** A datagram is about to be handed to the data plane. */
  receiving?(site: Site, datagram: Uint8Array, source: Endpoint): void;
  /** The data plane is done with it. */
  received?(site: Site): void;
  /** A datagram leaves the socket. */
  sending?(site: Site, datagram: Uint8Array, to: Endpoint): void;
  sealed?(site: Site, sealed: Sealed, session: DataSession, now: BootMillis): void;
  opened?(site: Site, message: DataMessage, session: DataSession, now: BootMillis): void;
  /** The interface is given a packet, as one of the site `from`. */
  delivered?(site: Site, packet: InnerPacket, from: SitePlace): void;
  /** Something happened to a site; everything else waits. */
  stepped?(site: Site): void;
  /** A site is about to forget everything. */
  ending?(site: Site): void;
}

/** Tells all of some observers. */
export class Observers implements Required<Observer> {
  readonly #all: Observer[];

  constructor(...all: Observer[]) {
    this.#all = all;
  }

  add(observer: Observer): void {
    this.#all.push(observer);
  }

  input(...what: Parameters<Required<Observer>["input"]>): void {
    for (const one of this.#all) one.input?.(...what);
  }

  handled(site: Site): void {
    for (const one of this.#all) one.handled?.(site);
  }

  deadlineHandled(site: Site, now: BootMillis): void {
    for (const one of this.#all) one.deadlineHandled?.(site, now);
  }

  effect(...what: Parameters<Required<Observer>["effect"]>): void {
    for (const one of this.#all) one.effect?.(...what);
  }

  receiving(...what: Parameters<Required<Observer>["receiving"]>): void {
    for (const one of this.#all) one.receiving?.(...what);
  }

  received(site: Site): void {
    for (const one of this.#all) one.received?.(site);
  }

  sending(...what: Parameters<Required<Observer>["sending"]>): void {
    for (const one of this.#all) one.sending?.(...what);
  }

  sealed(...what: Parameters<Required<Observer>["sealed"]>): void {
    for (const one of this.#all) one.sealed?.(...what);
  }

  opened(...what: Parameters<Required<Observer>["opened"]>): void {
    for (const one of this.#all) one.opened?.(...what);
  }

  delivered(...what: Parameters<Required<Observer>["delivered"]>): void {
    for (const one of this.#all) one.delivered?.(...what);
  }

  stepped(site: Site): void {
    for (const one of this.#all) one.stepped?.(site);
  }

  ending(site: Site): void {
    for (const one of this.#all) one.ending?.(site);
  }
}
