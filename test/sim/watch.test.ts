import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/base/time.js";
import type { Effect, SessionInstall } from "../../src/protocol/effects.js";
import { encodeControl } from "../../src/protocol/wire/control.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import type { DataMessage } from "../../src/protocol/wire/layouts.js";
import type { DataSession, Sealed } from "./data-session.js";
import type { Site } from "./site.js";
import { connectedSites, type TwoSites, twoSites } from "./two-sites.js";
import { Watch } from "./watch.js";

const bytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill);

/** What each look is to find, when a site in use does it. */
const BROKEN: readonly (readonly [what: string, (watch: Watch, sites: TwoSites) => void])[] = [
  [
    "sealed twice",
    (watch, { a }) => {
      watch.sealed(a, { subkey: bytes(1), counter: 3, datagram: bytes(1) });
      watch.sealed(a, { subkey: bytes(1), counter: 4, datagram: bytes(2) });
      watch.sealed(a, { subkey: bytes(2), counter: 3, datagram: bytes(2) });
      watch.sealed(a, { subkey: bytes(1), counter: 3, datagram: bytes(1) });
      watch.sealed(a, { subkey: bytes(1), counter: 3, datagram: bytes(2) });
    },
  ],
  [
    "sealed under a session that is over",
    (watch, { world, a }) => watch.sealed(a, { subkey: bytes(1), counter: 0, datagram: bytes(1) }, session(a), world.now + 180 * SECOND),
  ],
  ["opened what nobody sealed", (watch, { world, a }) => watch.opened(a, opened(a, 0), session(a), world.now)],
  [
    "opened what nobody sealed",
    (watch, { world, a, b }) => {
      watch.sealed(b, sealed(a, 0, bytes(9)));
      watch.opened(a, opened(a, 0), session(a), world.now);
    },
  ],
  [
    "opened something of a as of b",
    (watch, { world, a }) => {
      watch.sealed(a, sealed(a, 0));
      watch.opened(a, opened(a, 0), session(a), world.now);
    },
  ],
  [
    "opened something under a session that is over",
    (watch, { world, a, b }) => {
      watch.sealed(b, sealed(a, 0));
      watch.opened(a, opened(a, 0), session(a), world.now + 180 * SECOND);
    },
  ],
  [
    "opened counter 0 of a key twice",
    (watch, { world, a, b }) => {
      for (const counter of [0, 1]) watch.sealed(b, sealed(a, counter));
      for (const counter of [0, 1, 0]) watch.opened(a, opened(a, counter), session(a), world.now);
    },
  ],
  ["was given a packet", (watch, { a, b }) => watch.delivered(b, { from: 1, to: 1, id: 1 }, a)],
  ["took a packet of site", (watch, { a, b }) => watch.delivered(b, { from: 3, to: 2, id: 1 }, a)],
  [
    "was delivered twice",
    (watch, { a, b }) => {
      watch.delivered(b, { from: 1, to: 2, id: 1 }, a);
      watch.delivered(b, { from: 1, to: 2, id: 1 }, a);
    },
  ],
  ["ephemeral key twice", (watch, { a }) => twice(watch, a, { type: "send", peer: 0, to: a.address, datagram: bytes(1, 144) })],
  ["installs session", (watch, { world, a }) => watch.effect(a, install(world.now, { index: current(a) }), world.now)],
  ["installs session", (watch, { world, a }) => watch.effect(a, install(world.now, { index: 0 }), world.now)],
  ["a session of", (watch, { world, a }) => watch.effect(a, install(world.now, { expiresAt: world.now + 181 * SECOND }), world.now)],
  ["a rekey after", (watch, { world, a }) => watch.effect(a, install(world.now, { rekeyAt: world.now + 130 * SECOND }), world.now)],
  ["uses session", (watch, { world, a }) => watch.effect(a, { type: "use", index: 7 }, world.now)],
  ["uses session", (watch, { world, a }) => watch.effect(a, { type: "use", index: current(a) }, world.now + 180 * SECOND)],
  ["removes session", (watch, { world, a }) => watch.effect(a, { type: "remove", index: 7 }, world.now)],
  ["which it has not", (watch, { world, a }) => watch.effect(a, seal(7), world.now)],
  ["which is over", (watch, { world, a }) => watch.effect(a, seal(current(a)), world.now + 180 * SECOND)],
  ["in the past", (watch, { world, a }) => watch.deadlineHandled(a, world.now + 200 * SECOND)],
  ["packets for peer", (watch, { a }) => stage(watch, a, 129, 0)],
  ["sessions of peer", (watch, { a }) => hold(watch, a, 37)],
  ["staged 4097", (watch, { a }) => stage(watch, a, 4097, 1)],
];

describe("what must hold in every run", () => {
  it.each(BROKEN)("is seen to be broken: %s", (what, act) => {
    connectedSites({}, (sites) => {
      expect(() => act(new Watch(), sites)).toThrow(what);
    });
  });

  it("is seen to be broken when a pending session seals", () => {
    twoSites({}, ({ world, a, b }) => {
      a.transmit("b");
      world.run(15);
      const [pending = 0] = b.plane.sessions.keys();
      expect(() => new Watch().effect(b, seal(pending), world.now)).toThrow("only receives");
      expect(() => new Watch().effect(b, goodbye(pending), world.now)).toThrow("only receives");
    });
  });

  it("is seen to be broken when a retired session seals anything but a goodbye", () => {
    connectedSites({}, ({ world, a }) => {
      const retired = current(a);
      a.input({ type: "rekey", index: retired });
      world.run(SECOND);
      expect(current(a)).not.toBe(retired);
      expect(() => new Watch().effect(a, seal(retired), world.now)).toThrow("only receives");
      expect(() => new Watch().effect(a, goodbye(retired), world.now)).not.toThrow();
    });
  });

  it("allows a RESP to be repeated", () => {
    connectedSites({}, ({ a }) => {
      const watch = new Watch();
      twice(watch, a, { type: "send", peer: 0, to: a.address, datagram: bytes(2, 84) });
    });
  });
});

function current(site: Site): number {
  return site.plane.currentOf(0) ?? 0;
}

function session(site: Site): DataSession {
  const found = site.plane.sessions.get(current(site));
  if (found === undefined) throw new Error("no session");
  return found;
}

/** What the other side sealed for a site, and the site opens. */
function sealed(site: Site, counter: number, box = bytes(counter)): Sealed {
  return { subkey: session(site).receiveSubkey(KIND.ip), counter, datagram: box };
}

function opened(site: Site, counter: number): DataMessage {
  return { kind: KIND.ip, receiverIndex: current(site), counter, box: bytes(counter) };
}

function twice(watch: Watch, site: Site, effect: Effect): void {
  watch.effect(site, effect, 0);
  watch.effect(site, effect, 0);
}

function seal(index: number): Effect {
  return { type: "seal", index, kind: KIND.ip, plaintext: bytes(0, 0) };
}

function goodbye(index: number): Effect {
  return { type: "seal", index, kind: KIND.control, plaintext: encodeControl({ type: "goodbye", reason: 0 }) };
}

function install(now: number, different: Partial<SessionInstall>): Effect {
  const times = { rekeyAt: now + 115 * SECOND, expiresAt: now + 180 * SECOND };
  const keys = { sendSubkeys: bytes(1, 192), receiveSubkeys: bytes(2, 192) };
  return {
    type: "install",
    session: {
      index: 9,
      remoteIndex: 1,
      peer: 0,
      capabilities: 25,
      promote: false,
      rekeyOnData: false,
      generation: 0,
      ...times,
      ...keys,
      ...different,
    },
  };
}

function stage(watch: Watch, site: Site, count: number, peers: number): void {
  for (let i = 0; i < count; i++) site.plane.staged.push({ peer: peers * i, packet: bytes(0) });
  watch.stepped(site);
}

function hold(watch: Watch, site: Site, count: number): void {
  const [session] = site.plane.sessions.values();
  for (let index = 1; session && site.plane.sessions.size < count; index++) site.plane.sessions.set(index, session);
  watch.stepped(site);
}
