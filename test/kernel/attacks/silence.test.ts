import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { AT, bombard, linkOf, makeAttackedPair } from "../lab/attacked-pair.js";
import { ELSEWHERE } from "../lab/eve.js";
import { INNER } from "../lab/pair.js";
import { scenario } from "../lab/scenario.js";

const LENGTHS = [1, 4, 31, 32, 48, 64, 84, 116, 144, 148, 1400];

/** Every type, with the constants of a right message and without, in the lengths of messages and in others. */
function probes(): Buffer[] {
  return Array.from({ length: 256 }, (_, type) => LENGTHS.map((length) => [type, length] as const))
    .flat()
    .flatMap(([type, length]) => [false, true].map((right) => message(type, length, right)));
}

function message(type: number, length: number, right: boolean): Buffer {
  const bytes = randomBytes(length);
  bytes[0] = type;
  // Version, or kind, and what is reserved.
  if (right) for (const at of [1, 2, 3]) if (at < length) bytes[at] = at === 1 && type !== 4 ? 1 : 0;
  return bytes;
}

scenario("whoever lacks the keys gets no answer, whatever he sends", async ({ lab }) => {
  const { a, b, eve } = await makeAttackedPair(lab);
  await b.up();
  await a.up("--wait");
  const before = await linkOf(b);
  await bombard(
    eve,
    b,
    probes().map((bytes) => ({ from: ELSEWHERE, to: AT.b, bytes })),
  );
  expect(await linkOf(b)).toEqual(before);
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
  expect(eve.heard().filter(({ to }) => to === ELSEWHERE)).toEqual([]);
});

scenario("errors of the network that anybody can forge end nothing", async ({ lab }) => {
  const { a, b, eve } = await makeAttackedPair(lab);
  await b.up();
  await a.up("--wait");
  const before = await linkOf(a);
  // Unreachable: network, host, protocol, port, route, prohibited; time exceeded; parameter problem; source quench.
  const kinds = [
    [3, 0],
    [3, 1],
    [3, 2],
    [3, 3],
    [3, 5],
    [3, 13],
    [11, 0],
    [12, 0],
    [4, 0],
  ] as const;
  for (let times = 0; times < 20; times++) {
    for (const [type, code] of kinds) await eve.sendIcmp("192.0.2.254", "192.0.2.1", icmp(type, code));
    expect(await a.machine.reaches(INNER[4].b), `after round ${times}`).toBe(true);
  }
  expect(await linkOf(a)).toEqual(before);
});

/** About a datagram from a to b. */
function icmp(type: number, code: number): Buffer {
  const quoted = Buffer.from("4500009c000040004011000000000000000000000000ca6cca6c00880000", "hex");
  quoted.set([192, 0, 2, 1, 198, 51, 100, 1], 12);
  const bytes = Buffer.concat([Buffer.from([type, code, 0, 0, 0, 0, 0, 0]), quoted]);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  bytes.writeUInt16BE(~sum & 0xffff, 2);
  return bytes;
}
