import { expect } from "vitest";
import { AT, makeAttackedPair } from "../lab/attacked-pair.js";
import { type Datagram, ELSEWHERE } from "../lab/eve.js";
import { INNER } from "../lab/pair.js";
import { scenario } from "../lab/scenario.js";

const PROBE = 0xe0;

scenario("one who copies every packet and sends the copies first draws no traffic to himself", async ({ lab }) => {
  const { a, b, eve } = await makeAttackedPair(lab);
  await b.up();
  await a.up("--wait");
  const racer = await eve.race("to-a", ELSEWHERE);
  const start = eve.heard().length;
  expect(await a.machine.reaches(INNER[4].b, "-c", "40", "-i", "0.1")).toBe(true);
  const seen = eve.heard().slice(start);
  const drawn = seen.filter(({ to }) => to === ELSEWHERE);
  // Each copy came from there, and challenges to it may cost three bytes a byte.
  expect(drawn.map(({ bytes }) => [bytes[0], bytes[1]])).toEqual(drawn.map(() => [4, PROBE]));
  expect(drawn, "a challenge at least: the copies did come first").not.toEqual([]);
  expect(bytesOf(drawn)).toBeLessThan(3 * bytesOf(seen.filter(({ from }) => from === AT.a)));
  expect((await b.peer()).endpoint).toBe(AT.a);
  expect((await b.status()).drops.replay, "the true ones came second").toBeGreaterThan(0);
  await racer.stop();
});

function bytesOf(datagrams: readonly Datagram[]): number {
  return datagrams.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
