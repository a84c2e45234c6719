/**
 * Two nodes on a bad network: traffic, time, restarts and moves, repeated and damaged datagrams, strangers' datagrams, and whatever a data
 * plane can report. Those who watch over the simulation look on; in the end, for some inputs, all is made well, and there must be a link.
 */
import { SECOND } from "../../../src/base/time.js";
import type { Input } from "../../../src/protocol/effects.js";
import { endpoint } from "../../sim/places.js";
import type { Site } from "../../sim/site.js";
import { World } from "../../sim/world.js";
import { Choices } from "../engine/choices.js";
import { must, type Target } from "../engine/target.js";

const HOMES = { a: endpoint("192.0.2.1:51820"), b: endpoint("192.0.2.2:51820") };
const PLACES = [HOMES.a, HOMES.b, endpoint("203.0.113.66:666"), endpoint("[2001:db8::1]:7")] as const;
const WAITS = [1, 10, 50, 300, SECOND, 4 * SECOND, 20 * SECOND, 90 * SECOND] as const;
const STEPS_MOST = 40;
/** Long enough for silence, an INIT to a wrong address and one to a right one, and a hold-down. */
const RECOVERY = 40;

export const node: Target = {
  name: "node",
  longest: 512,
  words: [],
  run(input) {
    const choices = new Choices(input);
    const [seed, how] = [choices.byte(), choices.byte()];
    const ofA = { persistentKeepalive: how & 1 ? 25 * SECOND : 0 };
    const ofB = how & 2 ? { endpoint: "none" } : {};
    const world = new World({ seed, sites: { a: { peers: { b: ofA } }, b: { peers: { a: ofB } } }, eventDelay: how & 4 ? 30 : 0 });
    world.play(() => {
      for (let steps = 0; choices.left > 0 && steps < STEPS_MOST; steps++) step(choices, world);
      if ((how & 0x38) === 0) proveLink(world);
    });
  },
};

function step(choices: Choices, world: World): void {
  const name = choices.flag() ? "a" : "b";
  const site = world.site(name);
  switch (choices.below(16)) {
    case 0:
    case 1:
    case 2:
      return void site.transmit(name === "a" ? "b" : "a");
    case 3:
    case 4:
      return world.run(WAITS[choices.below(WAITS.length)] ?? 1);
    case 5:
      return site.restart();
    case 6:
      return void world.moveAddress(site);
    case 7:
      return world.drop(() => true, choices.below(5));
    case 8:
      return world.delay(() => true, 100 * choices.byte(), 1);
    case 9:
      return choices.flag() ? world.heal() : void world.partition(world.site("a"), world.site("b"));
    case 10:
    case 11:
      return repeat(choices, world);
    case 12:
      return world.inject(choices.bytes(choices.pick([1, 40, 64, 84, 144])), placeOf(choices), site.address);
    default:
      return site.carryOut(site.node.handle(reportOf(choices, site), { boot: world.now, real: 0 }));
  }
}

/** Something that was sent, as it was, damaged or cut, from its sender or another. */
function repeat(choices: Choices, world: World): void {
  const transit = world.transits.at(-1 - choices.byte());
  if (transit === undefined) return;
  const bytes = transit.bytes.slice(0, choices.below(4) === 1 ? choices.byte() : undefined);
  if (bytes.length > 0 && choices.flag()) bytes[choices.byte() % bytes.length] = choices.byte();
  world.inject(bytes, choices.flag() ? transit.from : placeOf(choices), transit.to);
}

function placeOf(choices: Choices) {
  return PLACES[choices.below(PLACES.length)] ?? HOMES.a;
}

/** What a data plane may report at any time; the session is the one in use, or none. */
function reportOf(choices: Choices, { plane }: Site): Input {
  const index = plane.currentOf(0) ?? 1;
  const source = placeOf(choices);
  switch (choices.below(9)) {
    case 0:
      return { type: choices.pick(["no-session", "connect", "active"] as const), peer: 0 };
    case 1:
      return { type: "resolved", peer: 0, endpoints: PLACES.slice(0, choices.below(4)) };
    case 2:
      return { type: "send-failed", peer: 0, to: source, error: "EPERM" };
    case 3:
      return { type: "unknown-index", source };
    case 4:
      return { type: "rekey", index };
    case 5:
      return { type: "moved", index, source };
    case 6:
      return { type: "first-received", index, source };
    case 7:
      return {
        type: "host-changed",
        change: choices.flag() ? { what: "anything" } : { what: "address", address: source.address, interface: 1 },
      };
    default:
      return { type: "opened", index, kind: choices.flag() ? 0xe0 : 0xf0, plaintext: choices.bytes(choices.pick([16, 24, 1])), source };
  }
}

function proveLink(world: World): void {
  world.heal();
  for (const [name, home] of Object.entries(HOMES)) {
    world.moveAddress(world.site(name), home);
    world.site(name === "a" ? "b" : "a").input({ type: "resolved", peer: 0, endpoints: [home] });
  }
  const [a, b] = [world.site("a"), world.site("b")];
  for (let second = 0; second < RECOVERY; second++) {
    a.transmit("b");
    b.transmit("a");
    world.run(SECOND);
  }
  const packets = [a.transmit("b"), b.transmit("a")] as const;
  world.run(SECOND);
  must(b.has(packets[0]) && a.has(packets[1]), "after all was well again, packets do not arrive");
}
