import { open } from "node:fs/promises";
import { expect } from "vitest";
import { compiled, compiledLibrary } from "./lab/compiled.js";
import type { Lab } from "./lab/lab.js";
import { type End, INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { ASLEEP_SECONDS } from "./lab/stress.js";
import type { Tunvpn } from "./lab/tunvpn.js";
import { until } from "./lab/until.js";

const YEAR = 365.25 * 86_400;

/** A real-time clock for the agents of one machine. */
class FakeClock {
  private constructor(
    readonly tunvpn: Tunvpn,
    private readonly path: string,
  ) {}

  static async of(lab: Lab, { machine }: End): Promise<FakeClock> {
    const library = await compiledLibrary(lab, "fake_clock.c");
    const path = await machine.write("clock", "\0".repeat(8));
    const variables = { LD_PRELOAD: library, FAKE_CLOCK: path, TUNVPN_LOG_LEVEL: "debug" };
    return new FakeClock(machine.tunvpn.with({ variables }), path);
  }

  /** So many seconds ahead of the true one. */
  async set(seconds: number): Promise<void> {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(Math.round(seconds)));
    const file = await open(this.path, "r+");
    await file.write(bytes, 0, 8, 0);
    await file.close();
  }
}

function count({ machine, name }: End, words: string): number {
  return machine.tunvpn.log(name).split(words).length - 1;
}

/** Pings from a while something is done. @returns how many got no answer */
async function lostMeanwhile(from: End, act: () => Promise<void>): Promise<number> {
  const pings = from.machine.background(["ping", "-n", "-i", "0.02", "-W", "5", INNER[4].b]);
  await pings.says(/icmp_seq=10 /);
  await act();
  const [last = 0] = [...pings.output.matchAll(/icmp_seq=(\d+) /g)].map(([, number]) => Number(number)).reverse();
  await pings.says(new RegExp(`icmp_seq=${last + 50} `));
  await pings.stop("SIGINT");
  const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(pings.output) ?? [];
  // The one that was just sent when it stopped may wait for its answer.
  return Math.max(0, Number(sent) - Number(received) - 1);
}

scenario(
  "a clock that is set to 1970, to 2200 and back, and then every second, loses no packet and renews one session",
  async ({ lab }) => {
    const { a, b } = await makePair(lab);
    const clock = await FakeClock.of(lab, a);
    await b.up();
    await clock.tunvpn.must("up", a.path, "--wait");
    const ahead = 2200 - 1970 - Date.now() / 1000 / YEAR;
    const steps = [-Date.now() / 1000, ahead * YEAR, 0, ...Array.from({ length: 10 }, (_, i) => (i % 2 ? 3600 : -3600))];
    const lost = await lostMeanwhile(a, async () => {
      for (const step of steps) {
        await clock.set(step);
        await new Promise((passed) => setTimeout(passed, 1000));
      }
    });
    expect(lost).toBe(0);
    expect(count(a, "the clock was set")).toBe(1);
    expect(count(a, "session renewed")).toBe(1);
    expect(await a.peer()).toMatchObject({ state: "established", lastError: null });
  },
);

scenario("a machine with another generation id renews its sessions, and loses no packet", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  const tell = await compiled(lab, "new_generation.c");
  const tunvpn = a.machine.tunvpn.with({ variables: { TUNVPN_LOG_LEVEL: "debug" } });
  await b.up();
  await tunvpn.must("up", a.path, "--wait");
  const lost = await lostMeanwhile(a, async () => {
    for (const times of [1, 2]) {
      await a.machine.must([tell]);
      await until("the session is renewed", async () => count(a, "session renewed") === times);
    }
  });
  expect(lost).toBe(0);
  expect(count(a, "this machine is a copy")).toBe(2);
});

scenario(
  `an agent that stood still for ${ASLEEP_SECONDS} s, as on a machine that slept, goes on, and its link with it`,
  async ({ lab }) => {
    const { a, b } = await makePair(lab, { a: { peer: { PersistentKeepalive: "5" } } });
    await b.up();
    await a.up("--wait");
    const { pid } = await a.status();
    const talk = b.machine.background(["ping", "-n", "-i", "0.5", INNER[4].a]);
    process.kill(pid, "SIGSTOP");
    await new Promise((passed) => setTimeout(passed, ASLEEP_SECONDS * 1000));
    const started = performance.now();
    process.kill(pid, "SIGCONT");
    await until("an answer through the tunnel", () => a.machine.reaches(INNER[4].b, "-W", "0.2"), 30);
    process.stdout.write(`after ${ASLEEP_SECONDS} s answers are back in ${Math.round(performance.now() - started)} ms\n`);
    expect(await b.machine.reaches(INNER[4].a)).toBe(true);
    await talk.stop("SIGINT");
    await a.peerBecomes("is connected", ({ state, lastError }) => state === "established" && lastError === null);
    await b.peerBecomes("is connected", ({ state, lastError }) => state === "established" && lastError === null);
  },
  (ASLEEP_SECONDS + 100) * 1000,
);
