import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withPoints } from "../../scripts/fuzz-points.mjs";
import { Choices } from "./engine/choices.js";
import { fuzz } from "./engine/fuzz.js";
import { must, type Target } from "./engine/target.js";

describe("points", () => {
  /** Runs a function `f` before and after points are put into it. */
  function both(code: string, input: unknown): { plain: unknown; counted: unknown; hits: number[] } {
    const { code: counting, points } = withPoints(code, 0, "hits");
    const hits = new Array<number>(points).fill(0);
    const plain: unknown = new Function(`${code}; return f;`)()(input);
    const counted: unknown = new Function("hits", `${counting}; return f;`)(hits)(input);
    return { plain, counted, hits };
  }

  it.each([
    ["a branch taken", "function f(x) { if (x > 1) return 'more'; return 'less'; }", 2, [1, 0, 1]],
    ["a branch not taken", "function f(x) { if (x > 1) return 'more'; return 'less'; }", 0, [1, 1, 0]],
    ["branches in branches", "function f(x) { if (x) if (x > 1) return 2; else return 1; return 0; }", 1, [1, 0, 1, 0, 1]],
    ["else if", "function f(x) { if (x === 1) { return 1 } else if (x === 2) { return 2 } else { return 3 } }", 2, [1, 0, 1, 0]],
    ["a loop", "function f(x) { let n = 0; for (const y of x) n += y; return n; }", [1, 2, 3], [1, 3]],
    ["a choice", "const f = (x) => x ? 'yes' : 'no';", true, [1, 1, 0]],
    ["an object as a result", "const f = (x) => ({ x: x ?? 1 });", null, [1, 1]],
    ["cases", "function f(x) { switch (x) { case 1: case 2: return 'a'; default: return 'b'; } }", 1, [1, 1, 0]],
    ["a short circuit", "function f(x) { return (x && x.y) || 'none'; }", undefined, [1, 1, 0]],
    ["what is caught", "function f(x) { try { return x.y.z } catch { return 'caught' } }", {}, [1, 1]],
    ["letters of several bytes", "function f(x) { const s = '… ÷ 𝄞'; if (x) return s; return ''; }", 1, [1, 0, 1]],
  ])("count %s, and change nothing", (_, code, input, expected) => {
    const { plain, counted, hits } = both(code, input);
    expect(counted).toEqual(plain);
    expect(hits).toEqual(expected);
  });
});

/** Fails for some long inputs, whatever comes after their first four bytes. */
const fails: Target = {
  name: "fails",
  longest: 64,
  words: [],
  run: (input) => {
    const choices = new Choices(input);
    if (input.length > 8) must(choices.u32() < 0x8000_0000, `a number too large, before ${choices.byte()}`);
  },
};

describe("a fuzzer", () => {
  it("finds what fails, and makes it small", async () => {
    const options = { seconds: 30, runs: 100_000, seed: 1, corpus: [], found: undefined, artifacts: "unused-", say: () => undefined };
    const { failure } = await fuzz(fails, options);
    expect(failure?.input).toHaveLength(9);
    expect(String(failure?.error)).toContain("a number too large");
  });

  it("ends after so many runs when nothing fails", async () => {
    const fine: Target = { ...fails, run: () => undefined };
    const options = { seconds: 30, runs: 50, seed: 1, corpus: [], found: undefined, artifacts: "unused-", say: () => undefined };
    expect(await fuzz(fine, options)).toMatchObject({ runs: 50, failure: undefined });
  });
});

describe("the fuzzers as a program", () => {
  const program = "native-shim/build/fuzz-ts.mjs";
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tunvpn-fuzz-"));
    execFileSync(process.execPath, ["scripts/fuzz-bundle.mjs"]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...words: string[]) => execFileSync(process.execPath, [program, ...words], { encoding: "utf8" });

  it("goes from nothing to where a message is read, by what it sees of the code", () => {
    const found = join(folder, "found");
    run("fuzz", "control", "--seconds", "60", "--runs", "30000", "--seed", "1", "--found", found, "--artifacts", join(folder, "x-"));
    const kept = join(folder, "kept");
    expect(Number.parseInt(run("merge", "control", kept, found), 10)).toBeGreaterThan(20);
    expect(run("run", "control", ...inputsOf(kept))).toContain("none failed");
  });

  it("knows its targets by name", () => {
    expect(run("list").trim().split("\n")).toContain("config");
    writeFileSync(join(folder, "input"), "");
    expect(() => run("run", "nothing", join(folder, "input"))).toThrow();
  });
});

function inputsOf(folder: string): string[] {
  return execFileSync("find", [folder, "-type", "f"], { encoding: "utf8" }).trim().split("\n");
}
