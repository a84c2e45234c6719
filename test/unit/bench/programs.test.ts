import { describe, expect, it } from "vitest";
import { findProgram, packagedVersion, requireProgram } from "../../bench/contenders/programs.js";

const ABSENT = "no-such-program-anywhere";

describe("a program to measure", () => {
  it("is found where every program is looked for, and needs nothing then", () => {
    const program = findProgram("sh");
    expect(program?.path).toMatch(/^\/.*\/sh$/);
    expect(program?.env).toEqual({});
  });

  it("that is absent is missing, with the way to get it", async () => {
    expect(findProgram(ABSENT)).toBeUndefined();
    expect(await packagedVersion(ABSENT)).toEqual({ missing: "not installed: bash scripts/bench-peers.sh" });
    expect(() => requireProgram(ABSENT)).toThrow(ABSENT);
  });
});
