import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/base/time.js";
import type { Effect } from "../../src/protocol/effects.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import { INIT_BYTES, MESSAGE, RESPONSE_BYTES } from "../../src/protocol/wire/layouts.js";
import { endpoint } from "./places.js";
import type { Site } from "./site.js";
import { connectedSites } from "./two-sites.js";
import { AnswerWatch } from "./watch-answers.js";

const SOURCE = endpoint("192.0.2.2:51820");

function message(type: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = type;
  return bytes;
}

function send(length: number, { type = MESSAGE.init as number, to = SOURCE, peer = 0 } = {}): Effect {
  return { type: "send", peer, to, datagram: message(type, length) };
}

function watching(body: (watch: AnswerWatch, site: Site) => void): void {
  connectedSites({}, ({ a }) => body(new AnswerWatch(), a));
}

/** Lets a node be told of a message. */
function hear(watch: AnswerWatch, site: Site, type: number, length: number): void {
  watch.input(site, { type: "message", datagram: message(type, length), source: SOURCE });
}

const SEAL: Effect = { type: "seal", index: 1, kind: KIND.ip, plaintext: new Uint8Array() };

describe("an INIT", () => {
  it("is answered once, with 0.6 of it at most", () => {
    watching((watch, a) => {
      hear(watch, a, MESSAGE.init, INIT_BYTES);
      watch.effect(a, send(86), 0);
      expect(() => watch.effect(a, send(86), 0)).toThrow("answered an INIT twice");
      hear(watch, a, MESSAGE.init, INIT_BYTES);
      expect(() => watch.effect(a, send(87), 0)).toThrow("answered an INIT with 87 bytes");
    });
  });

  it.each<Effect>([
    { type: "endpoint", peer: 0, endpoint: SOURCE },
    { type: "use", index: 1 },
    { type: "watch", peer: 0 },
    { type: "discard-staged", peer: 0 },
    { type: "notice", peer: 0, notice: "established" },
    SEAL,
  ])("makes nobody do this: $type", (effect) => {
    watching((watch, a) => {
      hear(watch, a, MESSAGE.init, INIT_BYTES);
      expect(() => watch.effect(a, effect, 0)).toThrow(`an INIT made a do this: ${effect.type}`);
      watch.handled();
      expect(() => watch.effect(a, effect, 0)).not.toThrow();
    });
  });
});

describe("a RESP or COOKIE", () => {
  it.each([
    ["RESP", MESSAGE.response],
    ["COOKIE", MESSAGE.cookie],
  ])("that made no session is answered by nothing: %s", (_, type) => {
    watching((watch, a) => {
      hear(watch, a, type, RESPONSE_BYTES);
      for (const effect of [SEAL, send(10), { type: "use", index: 1 } as const]) {
        expect(() => watch.effect(a, effect, 0)).toThrow("answered a forged answer");
      }
    });
  });

  it("is never answered by a handshake message", () => {
    connectedSites({}, ({ a }) => {
      const watch = new AnswerWatch();
      const session = a.plane.sessions.get(a.plane.currentOf(0) ?? 0);
      if (session === undefined) throw new Error("no session");
      hear(watch, a, MESSAGE.response, RESPONSE_BYTES);
      const keys = { sendSubkeys: new Uint8Array(), receiveSubkeys: new Uint8Array() };
      watch.effect(a, { type: "install", session: { ...session.install, ...keys } }, 0);
      expect(() => watch.effect(a, SEAL, 0)).not.toThrow();
      expect(() => watch.effect(a, send(10), 0)).toThrow("answered an answer");
    });
  });
});

describe("what the data plane does with a datagram", () => {
  it("answers with 0.6 of it at most, unless it is authentic", () => {
    watching((watch, a) => {
      watch.receiving(a, new Uint8Array(100));
      watch.sending(a, new Uint8Array(60));
      expect(() => watch.sending(a, new Uint8Array(1))).toThrow("answered 100 bytes with 61");
      watch.receiving(a, new Uint8Array(100));
      watch.opened();
      watch.sending(a, new Uint8Array(500));
      watch.received();
      watch.sending(a, new Uint8Array(500));
    });
  });
});

describe("DATA for no session", () => {
  it.each<[string, Effect]>([
    ["in another way than by INIT", send(84, { type: MESSAGE.response })],
    ["in another way than by INIT", send(144, { to: endpoint("192.0.2.3:1") })],
    ["sealed something", SEAL],
  ])("is not answered %s", (what, effect) => {
    watching((watch, a) => {
      watch.input(a, { type: "unknown-index", source: SOURCE });
      expect(() => watch.effect(a, effect, 0)).toThrow(what);
    });
  });

  it("is answered by one INIT, to a peer once in 5 s", () => {
    watching((watch, a) => {
      watch.input(a, { type: "unknown-index", source: SOURCE });
      watch.effect(a, send(144), 0);
      expect(() => watch.effect(a, send(144, { peer: 1 }), 0)).toThrow("more than one INIT");
      watch.input(a, { type: "unknown-index", source: SOURCE });
      expect(() => watch.effect(a, send(144), 4.9 * SECOND)).toThrow("twice within 5 s");
      watch.input(a, { type: "unknown-index", source: SOURCE });
      watch.effect(a, send(144), 5 * SECOND);
    });
  });

  it("is answered by what a second allows, and what was saved up", () => {
    watching((watch, a) => {
      const recover = (peer: number) => {
        watch.input(a, { type: "unknown-index", source: SOURCE });
        watch.effect(a, send(144, { peer }), 0);
      };
      for (let peer = 0; peer < 40; peer++) recover(peer);
      expect(() => recover(40)).toThrow("more often than it may");
    });
  });
});
