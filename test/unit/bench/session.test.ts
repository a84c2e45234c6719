import { describe, expect, it } from "vitest";
import type { Subject } from "../../bench/bed.js";
import { formatDuration, Progress, secondsLeft } from "../../bench/progress.js";
import type { Run, Settings, Values } from "../../bench/runs/run.js";
import { inTurn, measureInTurns } from "../../bench/session.js";

const SETTINGS: Settings = { rounds: 3, rareRounds: 1, seconds: 1, pings: 1, idleSeconds: 1 };

// No run of these tests looks at anything but the name.
const subject = (name: string) => ({ name }) as Subject;
const SUBJECTS = ["one", "two", "three"].map(subject);

function fakeRun(changes: Partial<Run> & { take?: (subject: Subject) => Promise<Values> } = {}): Run {
  return { title: "fake", gives: ["tcp"], appliesTo: () => true, seconds: () => 1, take: async () => ({ tcp: 1 }), ...changes };
}

async function session(...runs: readonly Run[]) {
  const lines: string[] = [];
  const progress = new Progress(SUBJECTS, runs, SETTINGS, (line) => lines.push(line));
  return { ...(await measureInTurns(SUBJECTS, runs, SETTINGS, progress)), lines, planned: progress.planned };
}

describe("a session", () => {
  it("gives each contender its turn, round after round, and lets another one begin each round", async () => {
    const order: string[] = [];
    const take = async ({ name }: Subject) => {
      order.push(name);
      return { tcp: order.length };
    };
    const { samples } = await session(fakeRun({ take }));
    expect(order.join(" ")).toBe("one two three two three one three one two");
    expect(samples.get("tcp")?.get("one")).toEqual([1, 6, 8]);
  });

  it("keeps the figures of a run apart", async () => {
    const { samples } = await session(fakeRun({ take: async () => ({ tcp: 2, cpu: 3 }) }));
    expect(samples.get("tcp")?.get("two")).toEqual([2, 2, 2]);
    expect(samples.get("cpu")?.get("two")).toEqual([3, 3, 3]);
  });

  it("leaves out whom a run is not for", async () => {
    const { samples } = await session(fakeRun({ appliesTo: ({ name }) => name === "two" }));
    expect([...(samples.get("tcp")?.keys() ?? [])]).toEqual(["two"]);
  });

  it("makes a rare run in the first rounds only", async () => {
    const { samples } = await session(fakeRun({ rare: true }));
    expect(samples.get("tcp")?.get("one")).toHaveLength(1);
  });

  it("goes on after a failure, and tells of it", async () => {
    let turns = 0;
    const take = async () => {
      if (++turns === 2) throw new Error("no answer\nmore of it");
      return { tcp: 1 };
    };
    const { samples, failures, lines } = await session(fakeRun({ take }));
    expect(failures).toEqual([{ contender: "two", run: "fake", round: 1, reason: "no answer\nmore of it" }]);
    expect(samples.get("tcp")?.get("two")).toEqual([1, 1]);
    expect(lines.filter((line) => line.includes("failed: no answer"))).toHaveLength(1);
  });

  it("measures together what does not disturb the others", async () => {
    let [running, most] = [0, 0];
    const take = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { tcp: 1 };
    };
    await session(fakeRun({ take }));
    expect(most).toBe(1);
    const { planned } = await session(fakeRun({ take, together: true }));
    expect(most).toBe(SUBJECTS.length);
    expect(planned).toBeCloseTo(3);
  });

  it("tells a line for each result, with what it was and of whom", async () => {
    const { lines, planned } = await session(fakeRun(), fakeRun({ rare: true, seconds: () => 5 }));
    expect(planned).toBeCloseTo(3 * 3 + 3 * 5);
    expect(lines).toHaveLength(12);
    expect(lines[0]).toMatch(/^1\/3 {2}fake +one +1\.00 Gbit\/s +\d+ (s|min) left$/);
    expect(lines[3]).toMatch(/^1\/1 {2}fake/);
    expect(lines.at(-1)).toMatch(/ 0 s left$/);
  });
});

it("turns of nobody are none", () => {
  expect(inTurn([], 3)).toEqual([]);
});

describe("what is left", () => {
  it.each([
    [100, 0, 0, 100],
    [100, 50, 50, 50],
    [100, 50, 100, 100],
    [100, 25, 5, 15],
    [100, 120, 90, 0],
  ])("of %d s after %d of them took %d s is %d s", (planned, done, taken, left) => {
    expect(secondsLeft(planned, done, taken)).toBe(left);
  });

  it.each([
    [0.4, "0 s"],
    [99.4, "99 s"],
    [100, "2 min"],
    [1500, "25 min"],
  ])("%d s is told as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
