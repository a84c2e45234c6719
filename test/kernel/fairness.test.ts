import { expect } from "vitest";
import { Flood } from "./lab/flood.js";
import type { End } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { makeStar, STAR } from "./lab/star.js";
import { until } from "./lab/until.js";

/** As many small datagrams as one process can send, until it is told to end. */
const FLOOD = { size: 64, rate: 0, milliseconds: 90_000 };
/** A stream that any agent can carry beside it. */
const STREAM = { size: 200, rate: 200, milliseconds: 4000 };

scenario("while one peer floods a hub, the way back, a handshake with another peer and its packets get through", async ({ lab }) => {
  const { hub, one, two } = await makeStar(lab);
  await hub.up();
  await one.up("--wait");
  const flood = await Flood.prepare(lab);
  const flooding = flood.begin(one.machine, STAR[4].hub, FLOOD);
  await until("the flood is on", async () => {
    const peer = (await hub.status()).peers.find(({ publicKey }) => publicKey === one.keys.publicKey);
    return peer !== undefined && peer.rxBytes > 1_000_000;
  });

  await two.up("--wait=10");
  expect((await two.peer()).state, "a handshake meanwhile").toBe("established");
  const arriving = async (from: End, to: End, address: string) => {
    const counter = await flood.count(to.machine, address, (STREAM.rate * STREAM.milliseconds) / 1000);
    const sent = await flood.send(from.machine, address, STREAM);
    return (await counter.last(5)) / sent;
  };
  const [back, there, toOther] = await Promise.all([
    arriving(hub, one, STAR[6].one),
    arriving(two, hub, STAR[6].hub),
    arriving(hub, two, STAR[6].two),
  ]);
  const pings = await answered(two, STAR[4].hub);
  // Its echoes come through the queue that the flood fills.
  const echoes = await answered(hub, STAR[4].one);
  // What the hub's one socket has no room for is lost to all peers in proportion, but to none wholly.
  const overflowed = (await hub.status()).drops["receive-full"] !== undefined;
  expect(back, "from the hub to the flooder").toBeGreaterThan(0.98);
  expect(toOther, "from the hub to the other peer").toBeGreaterThan(0.98);
  expect(there, "from the other peer to the hub").toBeGreaterThan(overflowed ? 0.2 : 0.98);
  expect(pings, "pings of the other peer").toBeGreaterThan(overflowed ? 0 : 0.9);
  expect(echoes, "pings of the hub to the flooder").toBeGreaterThan(0);
  expect(flooding.running, "the flood lasted").toBe(true);
  expect(await flooding.stop()).toBeGreaterThan(100_000);
});

/** @returns the part of twenty pings that were answered */
async function answered({ machine }: End, address: string): Promise<number> {
  const { stdout } = await machine.run(["ping", "-n", "-c", "20", "-i", "0.05", "-W", "2", address]);
  const [, received] = /(\d+) received/.exec(stdout) ?? [];
  return Number(received) / 20;
}
