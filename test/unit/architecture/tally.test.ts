import { describe, expect, it } from "vitest";
import { fromNative, fromVitest, line, single, skipsAsFailures, sum } from "../../../scripts/tally.mjs";

function report(...files: { status: string; tests: string[] }[]): string {
  const testResults = files.map(({ status, tests }) => ({ status, assertionResults: tests.map((test) => ({ status: test })) }));
  return JSON.stringify({ testResults });
}

describe("what Vitest reports", () => {
  it("is counted by test", () => {
    const text = report(
      { status: "passed", tests: ["passed", "passed", "skipped"] },
      { status: "failed", tests: ["failed", "todo", "failed"] },
    );
    expect(fromVitest(text, false)).toEqual({ passed: 2, failed: 2, skipped: 2 });
  });

  it("fails for a file that did not load", () => {
    const text = report({ status: "passed", tests: ["passed"] }, { status: "failed", tests: [] });
    expect(fromVitest(text, false)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it("fails for a file whose hook failed", () => {
    expect(fromVitest(report({ status: "failed", tests: ["skipped"] }), false)).toEqual({ passed: 0, failed: 1, skipped: 1 });
  });

  it("fails when Vitest did, though no test failed", () => {
    expect(fromVitest(report({ status: "passed", tests: ["passed"] }), false)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it.each([[undefined], [report()]])("fails when there was no test: %j", (text) => {
    expect(fromVitest(text, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe("what the native tests print", () => {
  it("is counted by line", () => {
    expect(fromNative("noise\nok a\nok b\n2 passed, 0 failed\n", true)).toEqual({ passed: 2, failed: 0, skipped: 0 });
    expect(fromNative("ok a\nnot ok b\nskip c: no AVX-512\n1 passed, 1 failed\n", false)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  it.each([
    ["a crash", "ok a\n", false],
    ["a crash after the last line", "ok a\n1 passed, 0 failed\n", false],
    ["an end without the last line", "ok a\n", true],
    ["a last line that counts more", "ok a\n2 passed, 0 failed\n", true],
    ["nothing", "", true],
    ["no test", "0 passed, 0 failed\n", true],
  ])("fails for %s", (_, output, ok) => {
    expect(fromNative(output, ok).failed).toBe(1);
  });
});

describe("a tally", () => {
  it("of one is one", () => {
    expect(single(true)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(single(false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it("adds up and prints", () => {
    const total = sum([single(true), single(false), { passed: 3, failed: 0, skipped: 2 }]);
    expect(line(total)).toBe("4 passed, 1 failed, 2 skipped");
  });

  it("turns skips into failures where nothing may be skipped", () => {
    expect(skipsAsFailures({ passed: 3, failed: 1, skipped: 2 })).toEqual({ passed: 3, failed: 3, skipped: 0 });
  });
});
