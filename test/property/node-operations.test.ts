import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/base/time.js";
import type { Input } from "../../src/protocol/effects.js";
import { encodeProbe, type ProbeOp } from "../../src/protocol/wire/probe.js";
import { endpoint } from "../sim/places.js";
import type { Site } from "../sim/site.js";
import { World } from "../sim/world.js";

/** Long enough for silence, an INIT to a wrong address and one to a right one, and a hold-down. */
const RECOVERY = 40;
const HOMES = { a: endpoint("192.0.2.1:51820"), b: endpoint("192.0.2.2:51820") };
const ADDRESSES = [HOMES.a, HOMES.b, endpoint("203.0.113.66:666"), endpoint("[2001:db8::1]:7")];
const OPS: readonly ProbeOp[] = ["ping", "pong", "pathChallenge", "pathResponse", "pmtuProbe", "pmtuAck"];

const site = fc.constantFrom("a" as const, "b" as const);
const address = fc.constantFrom(...ADDRESSES);
const plaintext = fc.record({ op: fc.constantFrom(...OPS), moved: fc.boolean(), token: fc.bigInt(0n, 2n ** 64n - 1n) }).map((probe) => {
  const moved = probe.moved && probe.op === "pathChallenge";
  return encodeProbe({ ...probe, moved, arg: 0, sequence: 0 });
});

/** What a data plane or an operator may report at any time; the index is that of the session in use. */
const report = fc.oneof(
  fc.record({ type: fc.constantFrom("no-session" as const, "connect" as const, "active" as const), peer: fc.nat(1) }),
  fc.record({ type: fc.constant("resolved" as const), peer: fc.constant(0), endpoints: fc.array(address, { maxLength: 3 }) }),
  fc.record({ type: fc.constant("send-failed" as const), peer: fc.constant(0), to: address, error: fc.constant("EPERM") }),
  fc.record({ type: fc.constant("unknown-index" as const), source: address }),
  fc.record({ type: fc.constantFrom("rekey" as const, "moved" as const, "first-received" as const), source: address }),
  fc.record({ type: fc.constant("opened" as const), kind: fc.constantFrom(0xe0, 0xf0), plaintext, source: address }),
);

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("transmit" as const), site }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), millis: fc.nat(90 * SECOND) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), millis: fc.nat(50) }) },
  fc.record({ do: fc.constantFrom("restart" as const, "move" as const), site }),
  fc.record({ do: fc.constant("lose" as const), times: fc.nat(4) }),
  fc.record({ do: fc.constant("delay" as const), millis: fc.nat(40 * SECOND) }),
  fc.record({ do: fc.constantFrom("partition" as const, "heal" as const) }),
  fc.record({ do: fc.constant("replay" as const), which: fc.nat(400), from: fc.option(address), flip: fc.option(fc.nat(200)) }),
  fc.record({ do: fc.constant("inject" as const), site, from: address, bytes: fc.uint8Array({ maxLength: 160 }) }),
  fc.record({ do: fc.constant("report" as const), site, input: report }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
type Replay = Extract<Operation, { do: "replay" }>;

const settings = fc.record({
  knowsA: fc.boolean(),
  keepalive: fc.constantFrom(0, 25 * SECOND),
  eventDelay: fc.constantFrom(0, 30),
});

describe("whatever happens to two nodes", () => {
  it("they keep their promises, and have a link again once all is well", () => {
    fc.assert(
      fc.property(fc.nat(), settings, fc.array(operation, { maxLength: 40 }), (seed, { knowsA, keepalive, eventDelay }, operations) => {
        const ofB = knowsA ? {} : { endpoint: "none" };
        const sites = { a: { peers: { b: { persistentKeepalive: keepalive } } }, b: { peers: { a: ofB } } };
        const world = new World({ seed, sites, eventDelay });
        world.play(() => {
          for (const one of operations) perform(world, one);
          makeWell(world);
          proveLink(world, world.site("a"), world.site("b"));
        });
      }),
      { numRuns: 150 },
    );
  });
});

function perform(world: World, operation: Operation): void {
  switch (operation.do) {
    case "transmit":
      return void world.site(operation.site).transmit(operation.site === "a" ? "b" : "a");
    case "wait":
      return world.run(operation.millis);
    case "restart":
      return world.site(operation.site).restart();
    case "move":
      return void world.moveAddress(world.site(operation.site));
    case "lose":
      return world.drop(() => true, operation.times);
    case "delay":
      return world.delay(() => true, operation.millis, 1);
    case "partition":
      return void world.partition(world.site("a"), world.site("b"));
    case "heal":
      return world.heal();
    case "replay":
      return replay(world, operation);
    case "inject":
      return world.inject(operation.bytes, operation.from, world.site(operation.site).address);
    case "report": {
      const input = { ...operation.input, index: world.site(operation.site).plane.currentOf(0) ?? 1 } as Input;
      return void world.site(operation.site).input(input);
    }
  }
}

/** Repeats something that was sent, changed or not. */
function replay(world: World, { which, from, flip }: Replay): void {
  const transit = world.transits[which % Math.max(1, world.transits.length)];
  if (transit === undefined) return;
  const bytes = transit.bytes.map((byte, at) => (flip !== null && at === flip % transit.bytes.length ? byte ^ 1 : byte));
  world.inject(bytes, from ?? transit.from, transit.to);
}

function makeWell(world: World): void {
  world.heal();
  for (const [name, home] of Object.entries(HOMES)) {
    world.moveAddress(world.site(name), home);
    world.site(name === "a" ? "b" : "a").input({ type: "resolved", peer: 0, endpoints: [home] });
  }
}

function proveLink(world: World, a: Site, b: Site): void {
  for (let second = 0; second < RECOVERY; second++) {
    a.transmit("b");
    b.transmit("a");
    world.run(SECOND);
  }
  const packets = [a.transmit("b"), b.transmit("a")];
  world.run(SECOND);
  expect([b.has(packets[0] ?? 0), a.has(packets[1] ?? 0)]).toEqual([true, true]);
  expect([a.link("b").state, b.link("a").state]).toEqual(["established", "established"]);
}
