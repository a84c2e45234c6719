import { expect } from "vitest";
import { damageIn } from "./lab/damage.js";
import { makeImpairedPair } from "./lab/impaired-pair.js";
import { protocolCounters } from "./lab/kernel-counters.js";
import { INNER } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { exchangeStreams } from "./lab/streams.js";
import { STREAM_MEGABYTES } from "./lab/stress.js";

/** Of both directions, two of each family. */
const STREAMS = [INNER[4].b, INNER[6].b, INNER[4].b, INNER[6].b];
const BYTES = (STREAM_MEGABYTES * 2 ** 20) / STREAMS.length;
/** Generous: a megabyte each way takes a fiftieth of a second on a machine of two cores. */
const SECONDS = 60 + STREAM_MEGABYTES;

scenario(
  `four TCP streams carry ${STREAM_MEGABYTES} MB each way over a path that loses, reorders and repeats datagrams`,
  async ({ lab }) => {
    const { a, b, impairer } = await makeImpairedPair(lab, { lost: 100, reordered: 1000, duplicated: 100 });
    await b.up();
    await a.up("--wait");
    const { from, to } = await exchangeStreams(a.machine, b.machine, STREAMS, BYTES, SECONDS);
    expect(
      to.map(({ received }) => received),
      "what b received",
    ).toEqual(from.map(({ sent }) => sent));
    expect(
      from.map(({ received }) => received),
      "what a received",
    ).toEqual(to.map(({ sent }) => sent));
    expect([...from, ...to].map(({ receivedBytes }) => receivedBytes)).toEqual(Array(2 * STREAMS.length).fill(BYTES));

    const { fromNear, fromFar } = await impairer.stop();
    const drops = { a: (await a.status()).drops, b: (await b.status()).drops };
    process.stdout.write(`${JSON.stringify({ fromNear, fromFar, drops })}\n`);
    expect((await protocolCounters(b.machine)).Udp6InDatagrams, "joined again").toBeLessThan(0.8 * fromNear.received);
    for (const { received, lost, reordered, duplicated } of [fromNear, fromFar]) {
      expect(received).toBeGreaterThan(BYTES / 1500);
      for (const count of [lost, reordered, duplicated]) expect(count).toBeGreaterThan(0);
    }
    for (const [counted, { duplicated }] of [
      [drops.b, fromNear],
      [drops.a, fromFar],
    ] as const) {
      expect(counted.replay, "what came twice").toBeGreaterThan(0);
      expect(counted.replay).toBeLessThanOrEqual(duplicated);
      expect(damageIn(counted)).toEqual({});
    }
  },
  (SECONDS + 60) * 1000,
);
