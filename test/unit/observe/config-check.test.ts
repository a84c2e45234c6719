import { describe, expect, it } from "vitest";
import type { Problem, Unsupported } from "../../../src/config/problems.js";
import { checkDocument, formatCheckFindings, formatVerdict } from "../../../src/observe/config-check.js";

const ERROR: Problem = {
  line: 4,
  severity: "error",
  code: "UNKNOWN_KEY",
  message: '[Interface] has no key "Adress"',
  fix: "write Address",
};
const WARNING: Problem = { line: 0, severity: "warning", code: "NO_PEERS", message: "there is no [Peer] section", fix: "add a [Peer]" };
const UNSUPPORTED: Unsupported = { line: 3, key: "DNS", reason: "name resolution is left as it is" };

function check(problems: readonly Problem[], unsupported: readonly Unsupported[] = []) {
  return checkDocument("site.conf", { problems, unsupported });
}

describe("checkDocument", () => {
  it("is ok exactly when up takes the file", () => {
    expect(check([]).ok).toBe(true);
    expect(check([WARNING]).ok).toBe(true);
    expect(check([ERROR]).ok).toBe(false);
    expect(check([], [UNSUPPORTED]).ok).toBe(false);
  });

  it("holds what was found", () => {
    expect(check([ERROR], [UNSUPPORTED])).toEqual({
      version: 1,
      file: "site.conf",
      ok: false,
      problems: [ERROR],
      unsupported: [UNSUPPORTED],
    });
  });
});

describe("formatCheckFindings", () => {
  it("tells errors with their line and remedy, in the order of the file", () => {
    const lines = formatCheckFindings(check([WARNING, ERROR], [UNSUPPORTED])).split("\n");
    expect(lines.filter((line) => !line.startsWith("  "))).toEqual([
      "warning NO_PEERS: site.conf: there is no [Peer] section",
      "warning UNSUPPORTED_KEY: site.conf:3: DNS: name resolution is left as it is",
      'error UNKNOWN_KEY: site.conf:4: [Interface] has no key "Adress"',
    ]);
    expect(lines.filter((line) => line.startsWith("  fix: "))).toHaveLength(3);
  });
});

describe("formatVerdict", () => {
  it.each([
    [check([]), "site.conf: ok"],
    [check([WARNING]), "site.conf: ok, with 1 warning"],
    [check([ERROR, ERROR, WARNING], [UNSUPPORTED]), "site.conf: 2 errors, 1 unsupported setting, 1 warning"],
    [check([], [UNSUPPORTED, UNSUPPORTED]), "site.conf: 2 unsupported settings"],
  ])("%#: %s", (document, text) => {
    expect(formatVerdict(document)).toBe(text);
  });
});
