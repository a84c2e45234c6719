import { expect } from "vitest";
import { Flood } from "./lab/flood.js";
import { type LinkCounters, linkCounters } from "./lab/kernel-counters.js";
import { type End, INNER, makePair, type Pair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { until } from "./lab/until.js";

const OFF = { TUNVPN_OFFLOADS: "off" };
/** Packets beside the flood: probes, keepalives, neighbour discovery. */
const OTHERS = 8;

/** What one end has counted. */
interface Counts {
  /** Packets that the kernel gave to the interface and took from it. */
  readonly interface: { readonly rx: LinkCounters; readonly tx: LinkCounters };
  /** Of the cable. */
  readonly cable: { readonly rx: LinkCounters; readonly tx: LinkCounters };
  readonly tx: number;
  readonly rx: number;
  readonly drops: Readonly<Record<string, number>>;
}

scenario("in a flood both ways every packet is sealed or counted as dropped, and every datagram opened or counted", async ({ lab }) => {
  const pair = await upWithoutOffloads(await makePair(lab));
  const flood = await Flood.prepare(lab);
  const listening = [await flood.count(pair.a.machine, INNER[4].a), await flood.count(pair.b.machine, INNER[4].b)];
  const rate = { size: 100, rate: 0, milliseconds: 3000 };
  const sent = await Promise.all([flood.send(pair.a.machine, INNER[4].b, rate), flood.send(pair.b.machine, INNER[4].a, rate)]);
  const [a, b] = await settled(pair);
  for (const counter of listening) expect(await counter.stop()).toBeGreaterThan(0);
  for (const [count, from, to] of [
    [sent[0], a, b],
    [sent[1], b, a],
  ] as const) {
    const { "queue-full": queueFull = 0, "send-full": sendFull = 0 } = from.drops;
    const { "receive-full": receiveFull = 0 } = to.drops;
    expect(queueFull, "as the kernel says").toBe(from.interface.tx.dropped);
    expectNear(from.interface.tx.packets + queueFull, count);
    expectNear(from.tx + sendFull, from.interface.tx.packets);
    expectNear(to.rx + receiveFull + from.cable.tx.dropped, from.tx);
    expectNear(to.interface.rx.packets, to.rx);
    expect(otherReasons(from.drops)).toEqual([]);
  }
});

scenario("packets that an agent is too slow to take from its interface are counted as queue-full", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  const flood = await Flood.prepare(lab);
  const sent = await whileStopped(a, () => flood.send(a.machine, INNER[4].b, { size: 100, rate: 20_000, milliseconds: 200 }));
  const [counts] = await settled({ a, b });
  const { "queue-full": queueFull = 0 } = counts.drops;
  expect(queueFull).toBeGreaterThan(sent / 2);
  expectNear(queueFull + counts.tx, sent);
  expect(await a.machine.tunvpn.must("status")).toContain(`${queueFull} queue-full`);
});

scenario("datagrams that find an agent's socket full are counted as receive-full", async ({ lab }) => {
  const pair = await upWithoutOffloads(await makePair(lab));
  const flood = await Flood.prepare(lab);
  // More than the socket's buffer of 16 MB holds.
  await whileStopped(pair.b, () => flood.send(pair.a.machine, INNER[4].b, { size: 1300, rate: 15_000, milliseconds: 2000 }));
  const [a, b] = await settled(pair);
  const { "receive-full": receiveFull = 0 } = b.drops;
  expect(receiveFull).toBeGreaterThan(100);
  expectNear(b.rx + receiveFull + a.cable.tx.dropped, a.tx);
});

scenario("packets for which the road out has no room are counted as send-full", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  // What waits there counts against the socket that sent it, and never leaves.
  await a.machine.must(["tc", ..."qdisc add dev eth0 root tbf rate 8kbit burst 10000 limit 100000000".split(" ")]);
  const flood = await Flood.prepare(lab);
  const sent = await flood.send(a.machine, INNER[4].b, { size: 1300, rate: 15_000, milliseconds: 2000 });
  const [counts] = await settled({ a, b });
  const { "queue-full": queueFull = 0, "send-full": sendFull = 0 } = counts.drops;
  expect(sendFull).toBeGreaterThan(100);
  expectNear(queueFull + sendFull + counts.tx, sent);
});

async function upWithoutOffloads(pair: Pair): Promise<Pair> {
  await pair.b.machine.tunvpn.with({ variables: OFF }).up(pair.b.path);
  await pair.a.machine.tunvpn.with({ variables: OFF }).up(pair.a.path, "--wait");
  return pair;
}

async function whileStopped<Result>(end: End, work: () => Promise<Result>): Promise<Result> {
  const { pid } = await end.status();
  process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

/** The counts of both ends once nothing is on its way any more. */
async function settled({ a, b }: Pair): Promise<[Counts, Counts]> {
  let last = "";
  return until("the counts settle", async () => {
    const counts: [Counts, Counts] = [await countsOf(a), await countsOf(b)];
    const now = JSON.stringify(counts);
    const same = now === last;
    last = now;
    return same && counts;
  });
}

async function countsOf(end: End): Promise<Counts> {
  const { machine, name } = end;
  const { txPackets, rxPackets, drops } = await end.status();
  return {
    interface: await linkCounters(machine, name),
    cable: await linkCounters(machine, "eth0"),
    tx: txPackets,
    rx: rxPackets,
    drops,
  };
}

function expectNear(count: number, wanted: number): void {
  expect(Math.abs(count - wanted), `${count} of ${wanted}`).toBeLessThanOrEqual(OTHERS);
}

function otherReasons(drops: Readonly<Record<string, number>>): string[] {
  return Object.keys(drops).filter((reason) => !["queue-full", "receive-full", "send-full", "unsolicited"].includes(reason));
}
