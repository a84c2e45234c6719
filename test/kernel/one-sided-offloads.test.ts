import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { spoiledTransfers } from "./lab/bulk.js";
import { Capture } from "./lab/capture.js";
import { damageIn } from "./lab/damage.js";
import { type End, INNER, makePair, type Pair } from "./lab/pair.js";
import { ProgramCopy } from "./lab/program-copy.js";
import { scenario } from "./lab/scenario.js";

const BYTES = randomBytes(4 << 20);
const OFF = { TUNVPN_OFFLOADS: "off" };
const LENGTH = { toA: 1420, toB: 1420 };

for (const off of ["a", "b"] as const) {
  scenario(`with the offloads off at ${off} alone TCP and UDP pass whole both ways, and status tells`, async ({ lab }) => {
    const pair = await makePair(lab);
    const on = off === "a" ? pair.b : pair.a;
    await upBoth(pair, (end) => (end === on ? end.machine.tunvpn : end.machine.tunvpn.with({ variables: OFF })));
    expect((await pair[off].status()).offloads).toEqual([]);
    expect((await on.status()).offloads).not.toEqual([]);
    expect(await pair[off].machine.tunvpn.must("status")).toContain("no offloads");
    expect(await spoiledTransfers(lab, BYTES, ends(pair), LENGTH)).toEqual([]);
    for (const end of [pair.a, pair.b]) expect(damageIn((await end.status()).drops)).toEqual({});
  });
}

scenario("packets to a peer that does not take open checksums are sealed with whole ones, which are right", async ({ lab }) => {
  const copy = await ProgramCopy.make(lab, "without-partial-checksum");
  await copy.removePartialChecksum();
  const pair = await makePair(lab);
  const { a, b } = pair;
  // Without offloads, so that packets are seen as they were sealed: what is joined has its checksum open again.
  const taker = b.machine.tunvpn.with({ program: copy.program, variables: OFF });
  await upBoth(pair, (end) => (end === b ? taker : a.machine.tunvpn));
  const outside = await Capture.start(a.machine, "eth0", "udp[8] = 4 and udp[9] != 0xe0");
  const inside = await Capture.start(b.machine, b.name, `src host ${INNER[4].a} or src host ${INNER[6].a}`);
  expect(await spoiledTransfers(lab, BYTES, ends(pair), LENGTH)).toEqual([]);
  for (const capture of [outside, inside]) await capture.stop();
  expect((await outside.lines("udp[9] = 0")).length).toBeGreaterThan(100);
  expect(await outside.lines("udp[9] != 0")).toEqual([]);
  for (const protocol of ["ip and tcp", "ip and udp", "ip6 and tcp", "ip6 and udp"]) {
    const { right, wrong } = await inside.checksums(protocol);
    expect(wrong, protocol).toEqual([]);
    expect(right, protocol).toBeGreaterThan(500);
  }
  for (const end of [a, b]) expect(damageIn((await end.status()).drops)).toEqual({});
});

async function upBoth({ a, b }: Pair, tunvpn: (end: End) => End["machine"]["tunvpn"]): Promise<void> {
  await tunvpn(b).up(b.path);
  await tunvpn(a).up(a.path, "--wait");
}

function ends({ a, b }: Pair) {
  return { a: a.machine, b: b.machine, addresses: INNER };
}
