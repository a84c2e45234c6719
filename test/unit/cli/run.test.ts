import { describe, expect, it } from "vitest";
import { OperatorErrors } from "../../../src/base/errors.js";
import { COMMAND_NAMES } from "../../../src/cli/commands.js";
import { notRunning, run } from "./fake-surroundings.js";

describe("runCommandLine", () => {
  it("prints help as the answer when it is asked for, and beside it when nothing was", async () => {
    for (const words of [["--help"], ["-h"], ["help"]]) {
      const { code, answered, told } = await run(words);
      expect({ code, told }).toEqual({ code: 0, told: "" });
      expect(answered).toContain("up <file|name>");
    }
    const { code, answered, told } = await run([]);
    expect({ code, answered }).toEqual({ code: 2, answered: "" });
    expect(told).toContain("up <file|name>");
  });

  it("prints the help of a command, wherever it is asked for, and does nothing else", async () => {
    for (const words of [
      ["up", "--help"],
      ["up", "x", "--wait", "-h"],
      ["help", "up"],
    ]) {
      const { code, answered } = await run(words);
      expect(code).toBe(0);
      expect(answered).toMatch(/^tunvpn up <file\|name> \[options\]\n/);
    }
  });

  it.each(["--version", "-V", "version"])("answers %s", async (word) => {
    expect(await run([word])).toEqual({ code: 0, answered: "tunvpn 0.1.0\n", told: "" });
  });

  it("names the nearest command for one that it does not know", async () => {
    const { code, answered, told } = await run(["dwon", "x"]);
    expect({ code, answered }).toEqual({ code: 2, answered: "" });
    expect(told).toBe("error COMMAND_UNKNOWN: there is no command dwon\n  fix: tunvpn down, or one of those that tunvpn --help lists\n");
    expect((await run(["frobnicate"])).told).toContain("  fix: tunvpn --help lists the commands\n");
    expect((await run(["help", "shwo"])).told).toContain("  fix: tunvpn show,");
  });

  it("wants the command first", async () => {
    const { code, told } = await run(["--watch", "status"]);
    expect(code).toBe(2);
    expect(told).toMatch(/^error COMMAND_MISSING: --watch stands/);
  });

  it("tells an operator's error in its shape, with its exit code", async () => {
    expect(await run(["status", "head"])).toEqual({
      code: 3,
      answered: "",
      told: "error TEST_NOT_RUNNING: no agent for head\n  fix: tunvpn up head\n",
    });
  });

  it("answers an error as JSON too when JSON is asked for", async () => {
    const { code, answered, told } = await run(["status", "head", "--json"]);
    expect(code).toBe(3);
    expect(told).toContain("error TEST_NOT_RUNNING: ");
    expect(JSON.parse(answered)).toEqual({ error: { code: "TEST_NOT_RUNNING", message: "no agent for head", fix: "tunvpn up head" } });
    expect(JSON.parse((await run(["status", "--json", "--jsno"])).answered)).toMatchObject({ error: { code: "OPTION_UNKNOWN" } });
  });

  it("tells several errors one after the other", async () => {
    const several = new OperatorErrors(["a", "b"].map((name) => notRunning({ name })));
    const readStatus = () => Promise.reject(several);
    const { code, answered, told } = await run(["status", "--json"], { readStatus });
    expect(code).toBe(3);
    expect(told.match(/^error TEST_NOT_RUNNING: no agent for [ab]$/gm)).toHaveLength(2);
    expect(JSON.parse(answered)).toMatchObject({
      error: { message: "no agent for a" },
      errors: [{ message: "no agent for a" }, { message: "no agent for b" }],
    });
  });

  it("lets our own mistakes end the process", async () => {
    const readStatus = () => Promise.reject(new TypeError("ours"));
    await expect(run(["status"], { readStatus })).rejects.toThrow(TypeError);
  });

  it("has the commands of the house", () => {
    const expected = ["check", "down", "genkey", "genpsk", "logs", "pair", "pubkey", "show", "status", "up", "version"];
    expect(COMMAND_NAMES.toSorted()).toEqual(expected);
  });
});
