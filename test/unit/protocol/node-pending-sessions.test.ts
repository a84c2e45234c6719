import { describe, expect, it } from "vitest";
import { type Endpoint, parseConfiguredEndpoint } from "../../../src/base/endpoint.js";
import { Peer } from "../../../src/protocol/peer.js";
import { PendingSessions } from "../../../src/protocol/pending-sessions.js";
import type { PendingSession } from "../../../src/protocol/session.js";
import { endpoint } from "../../sim/places.js";
import { Seeded } from "../../sim/seeded.js";

const HOME = endpoint("192.0.2.1:51820");
const random = new Seeded(1);

function makePeer(id = 0): Peer {
  const settings = { id, publicKey: random.bytes(32), presharedKey: new Uint8Array(32), persistentKeepalive: 0 };
  return new Peer({ ...settings, endpoint: parseConfiguredEndpoint("192.0.2.1:51820") });
}

/** A session of an INIT with these first bytes of its ephemeral. */
function session(number: number, source: Endpoint): PendingSession {
  const init = new Uint8Array(144);
  new DataView(init.buffer).setUint32(8, number);
  const times = { startedAt: 0, expiresAt: 180_000, waitsUntil: 15_000 };
  return { index: number + 1, role: "responder", capabilities: 25, generation: 0, ...times, init, source, response: new Uint8Array(84) };
}

/** Adds a session as the responder does. @returns the sessions that went for it */
function admit(pending: PendingSessions, peer: Peer, added: PendingSession): PendingSession[] {
  const victims = pending.makeRoom(peer, added.source);
  for (const victim of victims) pending.remove(victim.peer, victim.session);
  pending.add(peer, added);
  return victims.map((victim) => victim.session);
}

function stranger(number: number): Endpoint {
  return endpoint(`203.0.${number >> 8}.${number & 255}:7`);
}

function pendingSessions(): PendingSessions {
  return new PendingSessions((length) => random.bytes(length));
}

describe("the pending sessions of a peer", () => {
  it("are 16 for strangers", () => {
    const pending = pendingSessions();
    const peer = makePeer();
    for (let i = 0; i < 16; i++) expect(admit(pending, peer, session(i, stranger(i)))).toEqual([]);
    for (let i = 16; i < 40; i++) expect(admit(pending, peer, session(i, stranger(i)))).toHaveLength(1);
    expect(peer.pending).toHaveLength(16);
  });

  it("are 16 more for the peer's own endpoints, which strangers cannot take", () => {
    const pending = pendingSessions();
    const peer = makePeer();
    peer.moveTo(endpoint("198.51.100.1:1"), 0);
    for (let i = 0; i < 16; i++) admit(pending, peer, session(i, stranger(i)));
    const sources = [HOME, endpoint("198.51.100.1:1")];
    for (let i = 0; i < 16; i++) expect(admit(pending, peer, session(100 + i, sources[i % 2] ?? HOME))).toEqual([]);
    for (let i = 0; i < 20; i++) {
      const [victim, ...more] = admit(pending, peer, session(200 + i, stranger(i)));
      expect([victim?.source.address.bytes[0], more]).toEqual([203, []]);
    }
    expect(peer.pending).toHaveLength(32);
  });

  it("are 32 in all, also when its own endpoints came first", () => {
    const pending = pendingSessions();
    const peer = makePeer();
    for (let i = 0; i < 32; i++) expect(admit(pending, peer, session(i, HOME))).toEqual([]);
    for (let i = 32; i < 60; i++) expect(admit(pending, peer, session(i, i % 2 ? HOME : stranger(i)))).toHaveLength(1);
    expect(peer.pending).toHaveLength(32);
    expect(peer.pending.filter(({ source }) => source === HOME).length).toBeGreaterThanOrEqual(16);
  });

  it("do not count for another peer", () => {
    const pending = pendingSessions();
    const [one, other] = [makePeer(0), makePeer(1)];
    for (let i = 0; i < 16; i++) admit(pending, one, session(i, stranger(i)));
    expect(admit(pending, other, session(16, stranger(16)))).toEqual([]);
  });
});

describe("making room", () => {
  it.each([
    ["an IPv4 address", "203.0.113.1:1", "203.0.113.1:2", "203.0.113.2:1"],
    ["an IPv6 /64", "[2001:db8::1]:1", "[2001:db8::ffff:1]:1", "[2001:db8:0:1::1]:1"],
  ])("takes from %s that has most", (_, one, same, other) => {
    const victims = new Set<number>();
    for (let run = 0; run < 20; run++) {
      const pending = pendingSessions();
      const peer = makePeer();
      for (let i = 0; i < 16; i++) admit(pending, peer, session(i, endpoint([other, stranger9(i), one, same][i % 4] ?? one)));
      const [victim] = admit(pending, peer, session(99, stranger(200)));
      expect([endpoint(one), endpoint(same)]).toContainEqual(victim?.source);
      victims.add(victim?.index ?? 0);
    }
    expect(victims.size).toBeGreaterThan(3);
  });

  it("takes from the whole device when 4,096 wait", () => {
    const pending = pendingSessions();
    const peers = Array.from({ length: 257 }, (_, id) => makePeer(id));
    let number = 0;
    for (const peer of peers.slice(0, 256))
      for (let i = 0; i < 16; i++) pending.add(peer, session(number, stranger(number++ % 7 === 0 ? 1 : number)));
    const last = peers[256] ?? makePeer(256);
    const [victim] = admit(pending, last, session(number, stranger(9)));
    expect(victim?.source).toEqual(stranger(1));
    expect(last.pending).toHaveLength(1);
    expect(peers.reduce((sum, peer) => sum + peer.pending.length, 0)).toBe(4096);
  });
});

describe("an INIT", () => {
  it("is known by all before its macs while its session is pending", () => {
    const pending = pendingSessions();
    const peer = makePeer();
    const added = session(1, HOME);
    pending.add(peer, added);
    const again = added.init.slice().fill(1, 112);
    expect(pending.ofInit(again)).toEqual({ peer, session: added });
    expect(pending.ofInit(again.fill(1, 111))).toBeUndefined();
    pending.remove(peer, added);
    expect(pending.ofInit(added.init)).toBeUndefined();
    expect(peer.pending).toEqual([]);
  });

  it("was answered as long as 65,536 others were not answered after it", () => {
    const pending = pendingSessions();
    const ephemeral = (number: number) => session(number, HOME).init.subarray(8, 40);
    expect(pending.wasAnswered(ephemeral(0))).toBe(false);
    for (let i = 0; i < 65_536; i++) {
      const peer = makePeerOnce;
      const added = session(i, HOME);
      pending.add(peer, added);
      pending.remove(peer, added);
    }
    expect(pending.wasAnswered(ephemeral(0))).toBe(true);
    pending.add(makePeerOnce, session(65_536, HOME));
    expect([0, 1, 65_536].map((number) => pending.wasAnswered(ephemeral(number)))).toEqual([false, true, true]);
  });
});

const makePeerOnce = makePeer();

/** A source of its own. */
function stranger9(number: number): string {
  return `198.51.100.${number}:9`;
}
