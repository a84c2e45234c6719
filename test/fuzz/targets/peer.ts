/**
 * A node among hostile peers: two that have keys and sessions, and say whatever they like in whatever state; and one beside them to
 * whom nothing may happen because of it.
 */
import { addressBits } from "../../../src/base/address.js";
import type { Endpoint } from "../../../src/base/endpoint.js";
import { SECOND } from "../../../src/base/time.js";
import type { HostChange, Input } from "../../../src/protocol/effects.js";
import { sealCookie } from "../../../src/protocol/handshake/cookies.js";
import type { KeyPair } from "../../../src/protocol/handshake/initiator.js";
import { isDrop } from "../../../src/protocol/wire/drop-reason.js";
import { KINDS } from "../../../src/protocol/wire/kinds.js";
import { decodeInit } from "../../../src/protocol/wire/layouts.js";
import { bareNode } from "../../sim/bare-node.js";
import { endpoint } from "../../sim/places.js";
import { Seeded } from "../../sim/seeded.js";
import { Choices } from "../engine/choices.js";
import type { Target } from "../engine/target.js";
import { weakSuite as suite } from "../engine/weak-suite.js";
import { hostileInit, hostileResponse, prologueOf, weakIdentity } from "./hostile-handshake.js";
import { Victim } from "./victim.js";

const OWN = weakIdentity("own");
const FIRST = weakIdentity("hostile");
const SECOND_PEER = weakIdentity("hostile too");
const STRANGER = weakIdentity("stranger");
const UNTOUCHED = 2;
const KEYS: readonly [KeyPair, ...KeyPair[]] = [FIRST, SECOND_PEER, STRANGER, OWN];
const PLACES = ["192.0.2.1:1", "192.0.2.1:2", "198.51.100.7:7", "[2001:db8::1]:7", "[2001:db8::2]:7"].map(endpoint);
const WAITS = [1, 50, 200, SECOND, 3 * SECOND, 10 * SECOND, 60 * SECOND, 200 * SECOND] as const;
/** More inputs of one kind lead nowhere. */
const STEPS_MOST = 60;

export const peer: Target = {
  name: "peer",
  longest: 1024,
  words: [],
  run(input) {
    const choices = new Choices(input);
    const random = new Seeded(choices.byte());
    const keepalive = choices.below(3) * 5 * SECOND;
    const victim = new Victim(
      bareNode(
        [
          { id: 0, publicKey: FIRST.publicKey, endpoint: { host: "192.0.2.1", port: 1 }, persistentKeepalive: keepalive },
          { id: 1, publicKey: SECOND_PEER.publicKey, endpoint: { host: "name.example", port: 7 } },
          { id: UNTOUCHED, publicKey: weakIdentity("quiet").publicKey, endpoint: { host: "203.0.113.9", port: 9 } },
        ],
        (length) => random.bytes(length),
        { suite, identity: OWN },
      ),
      UNTOUCHED,
    );
    for (let steps = 0; choices.left > 0 && steps < STEPS_MOST; steps++) step(choices, victim);
    victim.wait(300 * SECOND);
  },
};

function step(choices: Choices, victim: Victim): void {
  const source = PLACES[choices.below(PLACES.length)] ?? endpoint("192.0.2.1:1");
  const tell = (input: Input) => victim.tell(input);
  const index = indexOf(choices, victim);
  switch (choices.below(16)) {
    case 0:
    case 1:
      return tell({ type: "message", datagram: hostileInit(choices, choices.pick(KEYS), OWN), source });
    case 2:
    case 3: {
      const datagram = hostileResponse(choices, sentBy(choices, victim), choices.pick(KEYS), OWN);
      return datagram && tell({ type: "message", datagram, source });
    }
    case 4: {
      const datagram = cookie(choices, victim);
      return datagram && tell({ type: "message", datagram, source });
    }
    case 5:
      return tell({ type: "message", datagram: repeated(choices, victim), source });
    case 6:
      return tell({ type: "first-received", index, source });
    case 7:
      return tell({
        type: "opened",
        index,
        kind: KINDS[choices.below(KINDS.length)] ?? 0xe0,
        plaintext: plaintextOf(choices, victim),
        source,
      });
    case 8:
      return tell({ type: "moved", index, source });
    case 9:
      return tell({ type: "rekey", index });
    case 10:
      return tell({ type: "unknown-index", source });
    case 11:
      return tell({ type: "resolved", peer: 1, endpoints: PLACES.slice(0, choices.below(4)) });
    case 12: {
      const peer = choices.below(2);
      const type = choices.pick(["no-session", "connect", "active", "send-failed"] as const);
      return tell(type === "send-failed" ? { type, peer, to: source, error: "EPERM" } : { type, peer });
    }
    case 13:
      return tell({ type: "host-changed", change: changeOf(choices, source) });
    case 14:
      return tell({ type: "other-version", version: choices.byte(), source });
    default:
      return victim.wait(WAITS[choices.below(WAITS.length)] ?? 1);
  }
}

function changeOf(choices: Choices, { address }: Endpoint): HostChange {
  const what = choices.pick(["address", "address-gone", "route", "anything"] as const);
  if (what === "anything") return { what };
  if (what !== "route") return { what, address, interface: choices.below(3) };
  return { what, network: { address, length: choices.below(addressBits(address.family) + 1) } };
}

/** Of a session that it has, or of none. */
function indexOf(choices: Choices, victim: Victim): number {
  const indices = [...victim.sessions.keys()];
  return indices[choices.below(8) % Math.max(1, indices.length)] ?? 1;
}

function sentBy(choices: Choices, victim: Victim): Uint8Array {
  return victim.sent.at(-1 - choices.below(4)) ?? new Uint8Array(0);
}

/** Something that it sent, as if it had come, or anything. */
function repeated(choices: Choices, victim: Victim): Uint8Array {
  const bytes = choices.flag() ? sentBy(choices, victim).slice() : choices.bytes(choices.pick([1, 64, 84, 144]));
  if (bytes.length > 0 && choices.flag()) bytes[choices.byte() % bytes.length] = choices.byte();
  return bytes;
}

/** A COOKIE for an INIT that it sent. */
function cookie(choices: Choices, victim: Victim): Uint8Array | undefined {
  const init = decodeInit(sentBy(choices, victim));
  if (isDrop(init)) return undefined;
  const value = new Uint8Array(16);
  value.set(choices.bytes(16));
  const sealed = sealCookie(suite, prologueOf(choices.pick(KEYS)), init, value, new Uint8Array(24));
  if (choices.below(4) === 1) sealed[choices.byte() % sealed.length] = choices.byte();
  return sealed;
}

/** The plaintext of a probe or a control message: an answer to what it asked, a copy of what it said, or anything. */
function plaintextOf(choices: Choices, victim: Victim): Uint8Array {
  const said = victim.sealed.at(-1 - choices.below(4));
  if (said !== undefined && choices.flag()) {
    const answer = said.slice();
    if (choices.below(4) !== 1) answer[0] = (answer[0] ?? 0) + 1;
    return answer;
  }
  const length = choices.pick([16, 16, 16, 0, 8, 40]);
  const bytes = new Uint8Array(length);
  bytes.set(choices.bytes(Math.min(length, choices.pick([1, 2, 16, 40]))));
  return bytes;
}
