/** What must hold in every run, looked at as it happens. */
import { sameBytes } from "../../src/base/bytes.js";
import type { BootMillis } from "../../src/base/time.js";
import type { Effect, SessionInstall } from "../../src/protocol/effects.js";
import {
  PENDING_PER_PEER,
  REJECT_AFTER_TIME,
  REKEY_AFTER_TIME,
  REKEY_AFTER_TIME_JITTER,
  RESPONDER_REKEY_AFTER_TIME,
  RESPONDER_REKEY_AFTER_TIME_JITTER,
  RETIRED_PER_PEER,
  STAGED_PER_DEVICE,
  STAGED_PER_PEER,
} from "../../src/protocol/limits.js";
import { decodeControl } from "../../src/protocol/wire/control.js";
import { isDrop } from "../../src/protocol/wire/drop-reason.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import { type DataMessage, MESSAGE } from "../../src/protocol/wire/layouts.js";
import type { DataSession, Sealed } from "./data-session.js";
import type { InnerPacket } from "./inner-packet.js";
import { must } from "./must.js";
import type { Observer } from "./observer.js";
import type { Site } from "./site.js";
import type { SitePlace } from "./site-surroundings.js";

/** Of a device with many peers, how often all that it holds is counted. */
const LARGE = 256;
const STEPS_BETWEEN_COUNTS = 512;

export class Watch implements Observer {
  /** What was sealed, and by whom, by the key and counter it was sealed under. */
  readonly #sealed = new Map<string, { readonly datagram: Uint8Array; readonly by: string }>();
  /** What was opened, by receiver, key and counter. */
  readonly #opened = new Set<string>();
  readonly #delivered = new Set<number>();
  /** INITs and RESPs by the ephemeral they carry. */
  readonly #ephemerals = new Map<string, Uint8Array>();
  #steps = 0;

  sealed(site: Site, { subkey, counter, datagram }: Sealed, session?: DataSession, now: BootMillis = 0): void {
    const nonce = nonceOf(subkey, counter);
    const before = this.#sealed.get(nonce);
    must(before === undefined || sameBytes(before.datagram, datagram), `${site.name} sealed twice under counter ${counter} of one key`);
    must(session === undefined || now < session.install.expiresAt, `${site.name} sealed under a session that is over`);
    this.#sealed.set(nonce, { datagram, by: site.name });
  }

  opened(site: Site, { kind, counter, box }: DataMessage, session: DataSession, now: BootMillis): void {
    const peer = site.peerName(session.install.peer);
    const nonce = nonceOf(session.receiveSubkey(kind), counter);
    const sealed = this.#sealed.get(nonce);
    must(sealed && sameBytes(sealed.datagram.subarray(-box.length), box), `${site.name} opened what nobody sealed`);
    must(sealed.by === peer, `${site.name} opened something of ${sealed.by} as of ${peer}`);
    must(now < session.install.expiresAt, `${site.name} opened something under a session that is over`);
    const once = `${site.name} ${nonce}`;
    must(!this.#opened.has(once), `${site.name} opened counter ${counter} of a key twice`);
    this.#opened.add(once);
  }

  delivered(site: Site, packet: InnerPacket, from: SitePlace): void {
    must(packet.to === site.number, `${site.name} was given a packet for site ${packet.to}`);
    must(packet.from === from.number, `${site.name} took a packet of site ${packet.from} from ${from.name}`);
    must(!this.#delivered.has(packet.id), `packet ${packet.id} was delivered twice`);
    this.#delivered.add(packet.id);
  }

  effect(site: Site, effect: Effect, now: BootMillis): void {
    const { plane } = site;
    switch (effect.type) {
      case "send":
        return this.#sent(site, effect.datagram);
      case "install":
        must(
          effect.session.index !== 0 && !plane.sessions.has(effect.session.index),
          `${site.name} installs session ${effect.session.index} twice`,
        );
        return checkTimes(effect.session, now);
      case "use":
        return must(plane.sessions.get(effect.index)?.isOpen(now), `${site.name} uses session ${effect.index}, which it must not`);
      case "remove":
        return must(plane.sessions.has(effect.index), `${site.name} removes session ${effect.index}, which it has not`);
      case "seal": {
        const session = plane.sessions.get(effect.index);
        must(session !== undefined, `${site.name} seals under session ${effect.index}, which it has not`);
        must(session.isOpen(now), `${site.name} seals under session ${effect.index}, which is over`);
        const current = plane.isCurrent(session.install.peer, effect.index);
        const confirmed = session.firstReceived || !session.install.promote;
        // The data plane refuses what is of another generation, which the node may not have heard of yet.
        const refused = session.install.generation !== plane.generation;
        must(current || refused || (confirmed && isGoodbye(effect)), `${site.name} seals under a session that only receives`);
        return;
      }
    }
  }

  /** A deadline that stays in the past would keep the node busy for ever. */
  deadlineHandled(site: Site, now: BootMillis): void {
    const next = site.node.nextDeadline();
    must(next === undefined || next > now, `the next deadline of ${site.name} is in the past: ${next}`);
  }

  stepped(site: Site): void {
    const { staged, sessions } = site.plane;
    must(staged.length <= STAGED_PER_DEVICE, `${site.name} staged ${staged.length} packets`);
    if (sessions.size + staged.length > LARGE && this.#steps++ % STEPS_BETWEEN_COUNTS !== 0) return;
    for (const [peer, count] of countBy(staged, ({ peer }) => peer)) {
      must(count <= STAGED_PER_PEER, `${site.name} staged ${count} packets for peer ${peer}`);
    }
    for (const [peer, count] of countBy(sessions.values(), ({ install }) => install.peer)) {
      must(count <= PENDING_PER_PEER + 1 + RETIRED_PER_PEER, `${site.name} holds ${count} sessions of peer ${peer}`);
    }
  }

  #sent(site: Site, datagram: Uint8Array): void {
    const init = datagram[0] === MESSAGE.init;
    const ephemeral = latin1(init ? datagram.subarray(8, 40) : datagram.subarray(12, 44));
    const before = this.#ephemerals.get(ephemeral);
    must(before === undefined || (!init && sameBytes(before, datagram)), `${site.name} used an ephemeral key twice`);
    this.#ephemerals.set(ephemeral, datagram);
  }
}

function checkTimes({ expiresAt, rekeyAt }: SessionInstall, now: BootMillis): void {
  must(expiresAt === now + REJECT_AFTER_TIME, `a session of ${expiresAt - now} ms`);
  const age = rekeyAt - now;
  const initiator = age > REKEY_AFTER_TIME - REKEY_AFTER_TIME_JITTER && age <= REKEY_AFTER_TIME;
  const responder = age >= RESPONDER_REKEY_AFTER_TIME && age < RESPONDER_REKEY_AFTER_TIME + RESPONDER_REKEY_AFTER_TIME_JITTER;
  must(initiator || responder, `a rekey after ${age} ms`);
}

/** What a node sends under the sessions that only receive, when it ends. */
function isGoodbye({ kind, plaintext }: Extract<Effect, { type: "seal" }>): boolean {
  const message = kind === KIND.control ? decodeControl(plaintext) : "kind";
  return !isDrop(message) && message.type === "goodbye";
}

function countBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function nonceOf(subkey: Uint8Array, counter: number): string {
  return `${latin1(subkey)} ${counter}`;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
