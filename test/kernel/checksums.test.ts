import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { spoiledTransfers } from "./lab/bulk.js";
import { Capture } from "./lab/capture.js";
import type { Machine } from "./lab/machine.js";
import { withoutOffloads } from "./lab/plain-wire.js";
import { HOST, makeRoutedPair } from "./lab/routed-pair.js";
import { scenario } from "./lab/scenario.js";

const BYTES = randomBytes(2 << 20);
const PROTOCOLS = ["ip and tcp", "ip and udp", "ip6 and tcp", "ip6 and udp"];

scenario("what a site forwards into its LAN has whole packets and right checksums, and what has not is noticed", async ({ lab }) => {
  const { a, b, hostA, hostB } = await makeRoutedPair(lab);
  await b.up();
  await a.up("--wait");
  // b's host gives its gateway whole checksums, a's leaves them to the wire.
  for (const [machine, device] of [
    [a.machine, "lan"],
    [b.machine, "lan"],
    [hostB, "eth0"],
  ] as const)
    await withoutOffloads(machine, device);
  const inside = await Capture.start(hostB, "eth0");
  const behindA = await Capture.start(hostA, "eth0", `dst host ${HOST[4].a} or dst host ${HOST[6].a}`);
  const outside = await Capture.start(a.machine, "eth0", "udp[8] = 4");
  const spoiled = await spoiledTransfers(lab, BYTES, { a: hostA, b: hostB, addresses: HOST }, { toA: 1420, toB: 1420 });
  for (const capture of [inside, behindA, outside]) await capture.stop();

  expect(spoiled).toEqual([]);
  for (const capture of [inside, behindA]) {
    for (const protocol of PROTOCOLS) {
      const { right, wrong } = await capture.checksums(protocol);
      expect(wrong, protocol).toEqual([]);
      expect(right, protocol).toBeGreaterThan(500);
    }
    expect(await capture.lines(`greater ${14 + 1420 + 1}`), "longer than a packet may be").toEqual([]);
  }
  expect((await outside.lines("udp[9] = 1")).length, "sealed with an open checksum").toBeGreaterThan(100);
  expect((await outside.lines("udp[9] = 0")).length, "sealed with a whole one").toBeGreaterThan(100);

  const again = await Capture.start(hostB, "eth0");
  await sendWrong(hostA);
  await again.stop();
  for (const protocol of PROTOCOLS) expect((await again.checksums(protocol)).wrong, protocol).toHaveLength(1);
});

/** A packet of each protocol, as the sender made it but for its checksum. */
async function sendWrong(host: Machine): Promise<void> {
  const udp = Buffer.from("1389138a000c1234abcdabcd", "hex");
  const tcp = Buffer.from("1389138a0000000100000000500204001234000000", "hex");
  for (const [family, address] of [
    ["IP4", HOST[4].b],
    ["IP6", `[${HOST[6].b}]`],
  ]) {
    await host.must(["socat", "-u", "STDIN", `${family}-SENDTO:${address}:17`], { input: udp });
    await host.must(["socat", "-u", "STDIN", `${family}-SENDTO:${address}:6`], { input: tcp });
  }
}
