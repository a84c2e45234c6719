import { describe, expect, it } from "vitest";
import { document, head } from "../observe/sample-status.js";
import { FakeTerminal, notRunning, run } from "./fake-surroundings.js";

/** Shows the given states of things, one after the other, and then is stopped. */
async function watch(words: readonly string[], frames: readonly (() => ReturnType<typeof document>)[], screen?: FakeTerminal["screen"]) {
  const terminal = new FakeTerminal();
  terminal.screen = screen;
  const left = [...frames];
  const readStatus = async () => {
    const frame = left.shift();
    if (left.length === 0) terminal.stop();
    if (frame === undefined) throw new Error("watched on after the end");
    return frame();
  };
  return run(["status", "--watch", ...words], { readStatus }, terminal);
}

function gone(): never {
  throw notRunning({ name: "head" });
}

describe("status --watch", () => {
  it("draws in place on a terminal, hides the cursor meanwhile, and gives it back", async () => {
    const { code, answered } = await watch([], [() => document(head()), () => document()], { columns: 200, rows: 50 });
    expect(code).toBe(0);
    const [before, first, second] = answered.split("\u{1b}[H\u{1b}[J");
    expect(before).toBe("\u{1b}[?25l");
    expect(first).toMatch(/^head {2}tun /);
    expect(second).toBe("no interface is up\n\u{1b}[?25h");
  });

  it("draws no more lines than the screen has, counting those that wrap", async () => {
    const rows = async (columns: number) => {
      const { answered } = await watch([], [() => document(head())], { columns, rows: 8 });
      return answered.split("\n").length - 1;
    };
    expect(await rows(300)).toBe(7);
    expect(await rows(40)).toBeLessThan(6);
  });

  it("prints one table after the other where there is no terminal, and waits for an agent that is gone", async () => {
    const { code, answered } = await watch(["head"], [() => document(head()), gone, () => document(head())]);
    expect(code).toBe(0);
    expect(answered).not.toContain("\u{1b}");
    const starts = answered.split("\n\n").map((block) => block.split(" ", 2).join(" "));
    expect(starts.filter((start) => start === "head ")).toHaveLength(2);
    expect(answered).toContain("\n\nerror TEST_NOT_RUNNING: no agent for head\n  fix: tunvpn up head\n\nhead  tun");
  });

  it("warns of another version within the picture", async () => {
    const { answered, told } = await watch([], [() => document(head({ agentVersion: "9.9.9" }))]);
    expect(answered).toContain("\n\nwarning VERSION_SKEW: the agent of head is tunvpn 9.9.9");
    expect(told).toBe("");
  });

  it("prints a document a line with --json, errors too", async () => {
    const { answered } = await watch(["--json"], [() => document(head()), gone]);
    const [status, error, rest] = answered.split("\n");
    expect(JSON.parse(status ?? "")).toEqual(document(head()));
    expect(JSON.parse(error ?? "")).toMatchObject({ error: { code: "TEST_NOT_RUNNING" } });
    expect(rest).toBe("");
  });

  it("is ended by our own mistakes, with the cursor back", async () => {
    const terminal = new FakeTerminal();
    terminal.screen = { columns: 80, rows: 24 };
    const reads = [document(head())];
    const readStatus = async () => reads.shift() ?? Promise.reject(new TypeError("ours"));
    await expect(run(["status", "--watch"], { readStatus }, terminal)).rejects.toThrow(TypeError);
    expect(terminal.answered.endsWith("\u{1b}[?25h")).toBe(true);
  });
});
