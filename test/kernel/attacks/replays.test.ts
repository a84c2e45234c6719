import { expect } from "vitest";
import { AT, type AttackedPair, bombard, linkOf, makeAttackedPair } from "../lab/attacked-pair.js";
import { type Datagram, ELSEWHERE } from "../lab/eve.js";
import type { Lab } from "../lab/lab.js";
import { INNER } from "../lab/pair.js";
import { scenario } from "../lab/scenario.js";
import { until } from "../lab/until.js";

const INIT = 1;
const RESP = 2;

/** Both up, with some traffic, all of which eve has heard. */
async function recorded(lab: Lab): Promise<AttackedPair & { readonly recording: Datagram[] }> {
  const pair = await makeAttackedPair(lab);
  await pair.b.up();
  await pair.a.up("--wait");
  expect(await pair.a.machine.reaches(INNER[4].b, "-c", "3", "-i", "0.2")).toBe(true);
  return { ...pair, recording: pair.eve.heard() };
}

const REPETITIONS: Readonly<Record<string, (recording: readonly Datagram[]) => Datagram[]>> = {
  "as it went": (recording) => [...recording],
  "the last first": (recording) => [...recording].reverse(),
  "from elsewhere": (recording) => recording.map((datagram) => ({ ...datagram, from: ELSEWHERE })),
  "back to where it came from": (recording) => recording.map(({ from, to, bytes }) => ({ from: to, to: from, bytes })),
};

scenario(
  "what was recorded changes nothing when it is sent again: in order, backwards, from elsewhere, or back to its sender",
  async ({ lab }) => {
    const { a, b, eve, recording } = await recorded(lab);
    expect(recording.map(({ bytes }) => bytes[0])).toEqual(expect.arrayContaining([INIT, RESP]));
    const before = [await linkOf(a), await linkOf(b)];
    for (const [how, repeat] of Object.entries(REPETITIONS)) {
      const datagrams = repeat(recording);
      await bombard(
        eve,
        a,
        datagrams.filter(({ to }) => to === AT.a),
      );
      await bombard(
        eve,
        b,
        datagrams.filter(({ to }) => to === AT.b),
      );
      expect([await linkOf(a), await linkOf(b)], how).toEqual(before);
    }
    expect(await a.machine.reaches(INNER[4].b)).toBe(true);
    const after = eve.heard().slice(recording.length);
    expect(after.filter(({ to }) => to === ELSEWHERE)).toEqual([]);
    expect(after.filter(({ bytes }) => bytes[0] === INIT || bytes[0] === RESP)).toEqual([]);
  },
);

scenario("a handshake recorded before a restart draws answers no larger than itself, and moves nothing", async ({ lab }) => {
  const { a, b, eve, recording } = await recorded(lab);
  const inits = recording.filter(({ bytes, to }) => bytes[0] === INIT && to === AT.b).map((datagram) => ({ ...datagram, from: ELSEWHERE }));
  expect(inits).not.toHaveLength(0);
  await a.down();
  await b.down();
  await b.up();
  const heard = eve.heard().length;
  for (let times = 0; times < 5; times++) await eve.send(inits);
  const answers = () =>
    eve
      .heard()
      .slice(heard)
      .filter(({ to }) => to === ELSEWHERE);
  await until("answers", async () => answers().length > 0);
  // DATA of a session that the recording's sender no longer has cannot confirm anything.
  await bombard(
    eve,
    b,
    recording.filter(({ bytes, to }) => to === AT.b && bytes[0] === 4).map((datagram) => ({ ...datagram, from: ELSEWHERE })),
  );
  const sum = (datagrams: readonly Datagram[]) => datagrams.reduce((bytes, datagram) => bytes + datagram.bytes.length, 0);
  expect(answers().every(({ bytes }) => bytes[0] === RESP)).toBe(true);
  expect(sum(answers())).toBeLessThanOrEqual(0.6 * 5 * sum(inits));
  expect(await linkOf(b)).toMatchObject({ state: "idle", lastHandshake: 0, endpoint: AT.a });
  await a.up("--wait");
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
});
