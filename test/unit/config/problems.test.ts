import { describe, expect, it } from "vitest";
import { EXIT } from "../../../src/base/errors.js";
import { unsupportedKey } from "../../../src/config/errors.js";
import { formatFindings, formatProblem, formatUnsupported, type Problem, problemError } from "../../../src/config/problems.js";
import { parse, withInterface } from "./sample.js";

const problem: Problem = { line: 7, severity: "error", code: "VALUE_INVALID", message: "MTU is empty", fix: "write 1420" };

describe("problems for people", () => {
  it("has the shape of every error, with the place first", () => {
    expect(formatProblem("wg0.conf", problem)).toBe("error VALUE_INVALID: wg0.conf:7: MTU is empty\n  fix: write 1420");
  });

  it("names the file alone for what concerns all of it, and tells warnings apart", () => {
    expect(formatProblem("wg0.conf", { ...problem, line: 0, severity: "warning" })).toBe(
      "warning VALUE_INVALID: wg0.conf: MTU is empty\n  fix: write 1420",
    );
  });

  it("is an error of usage for those who refuse the file", () => {
    expect(problemError("wg0.conf", problem)).toMatchObject({
      code: "VALUE_INVALID",
      message: "wg0.conf:7: MTU is empty",
      exitCode: EXIT.usage,
    });
  });

  it("says settings without effect in the same shape", () => {
    expect(formatUnsupported("wg0.conf", { line: 4, key: "DNS", reason: "it is not set" })).toMatch(
      /^warning UNSUPPORTED_KEY: wg0\.conf:4: DNS: it is not set\n {2}fix: .+$/,
    );
  });

  it("says everything in the order of the file, and nothing about nothing", () => {
    const parsed = parse(withInterface("MTU = 1", "DNS = 10.0.0.53", "Queues = 0"));
    const lines = formatFindings("wg0.conf", parsed).split("\n");
    expect(lines.filter((line) => !line.startsWith("  fix: ")).map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
      "warning NO_PEERS: wg0.conf:",
      "error VALUE_INVALID: wg0.conf:3:",
      "warning UNSUPPORTED_KEY: wg0.conf:4:",
      "error VALUE_INVALID: wg0.conf:5:",
    ]);
    expect(lines).toHaveLength(8);
    expect(formatFindings("wg0.conf", { problems: [], unsupported: [] })).toBe("");
  });
});

describe("UNSUPPORTED_KEY", () => {
  it("names each setting with its line and reason", () => {
    const unsupported = [
      { line: 4, key: "DNS", reason: "it is not set" },
      { line: 6, key: "PostUp", reason: "it is not run" },
    ];
    const error = unsupportedKey({ path: "wg0.conf", unsupported });
    expect(error.code).toBe("UNSUPPORTED_KEY");
    expect(error.exitCode).toBe(EXIT.usage);
    expect(error.message).toBe(
      "wg0.conf asks for what this version does not do: DNS (line 4: it is not set), PostUp (line 6: it is not run)",
    );
  });
});
