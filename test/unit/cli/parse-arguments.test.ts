import { describe, expect, it } from "vitest";
import { OperatorError } from "../../../src/base/errors.js";
import { defineCommand } from "../../../src/cli/command.js";
import { parseArguments } from "../../../src/cli/parse-arguments.js";

const COMMAND = defineCommand({
  name: "send",
  about: "send it",
  details: [],
  positionals: { target: { label: "file|name", about: "what" }, place: { label: "place", about: "where", optional: true } },
  options: {
    quick: { about: "at once" },
    wait: { about: "wait", value: "SECONDS", bare: "30" },
    "port-a": { about: "a port", value: "PORT", alias: "p" },
    lan: { about: "networks", value: "PREFIX", list: true },
  },
  examples: [],
  run: async () => 0,
});

const NOTHING = { target: "x", place: undefined, quick: false, wait: undefined, "port-a": undefined, lan: [] };

function parse(...words: string[]) {
  return parseArguments(COMMAND, words);
}

async function refusal(...words: string[]): Promise<string> {
  const failure: unknown = await parse(...words).catch((error: unknown) => error);
  if (!(failure instanceof OperatorError)) throw new Error(`not refused: ${words.join(" ")}`);
  expect(failure.exitCode).toBe(2);
  return `${failure.code}: ${failure.message}; ${failure.fix}`;
}

describe("parseArguments", () => {
  it.each<[string[], object]>([
    [["x"], {}],
    [["x", "y"], { place: "y" }],
    [["x", "--quick"], { quick: true }],
    [["--quick", "x", "--quick"], { quick: true }],
    [["x", "--port-a=1"], { "port-a": "1" }],
    [["x", "--port-a", "007"], { "port-a": "007" }],
    [["x", "-p", "1e3"], { "port-a": "1e3" }],
    [["-p1", "x"], { "port-a": "1" }],
    [["x", "--port-a="], { "port-a": "" }],
    [["--wait", "x"], { wait: "30" }],
    [["x", "--wait=5"], { wait: "5" }],
    [["x", "--lan=1,2", "--lan", "3"], { lan: ["1,2", "3"] }],
    [["--lan", "1", "x"], { lan: ["1"] }],
    [["x", "--", "--quick"], { place: "--quick" }],
    [["--quick", "--", "x", "-y"], { quick: true, place: "-y" }],
    [["10", "0x1f"], { target: "10", place: "0x1f" }],
  ])("takes %j", async (words, given) => {
    expect(await parse(...words)).toEqual({ ...NOTHING, ...given });
  });

  it.each<[string[], RegExp]>([
    [[], /^ARGUMENT_MISSING: tunvpn send needs file\|name; write: tunvpn send <file\|name> \[place\] \[options\]$/],
    [["--quick"], /^ARGUMENT_MISSING: /],
    [["x", "y", "z", "w"], /^ARGUMENT_UNEXPECTED: .* z, w; /],
    [["x", "--", "y", "z"], /^ARGUMENT_UNEXPECTED: .* z; /],
    [["x", "--wait", "5", "6"], /^ARGUMENT_UNEXPECTED: /],
    [["x", "--quik"], /^OPTION_UNKNOWN: tunvpn send has no option --quik; write --quick;/],
    [["x", "--frobnicate=1"], /^OPTION_UNKNOWN: tunvpn send has no option --frobnicate; tunvpn send --help/],
    [["x", "--portA=1"], /^OPTION_UNKNOWN: .*--port-a/],
    [["x", "--no-quick"], /^OPTION_UNKNOWN: tunvpn send has no option --no-quick/],
    [["x", "--target=y"], /^OPTION_UNKNOWN: /],
    [["x", "--__proto__=1"], /^OPTION_UNKNOWN: /],
    [["x", "-z"], /^OPTION_UNKNOWN: tunvpn send has no option -z; /],
    [["x", "--quick=yes"], /^OPTION_TAKES_NO_VALUE: --quick takes no value; /],
    [["x", "--port-a"], /^OPTION_VALUE_MISSING: --port-a has no value; write --port-a PORT$/],
    [["x", "-p"], /^OPTION_VALUE_MISSING: --port-a has no value; /],
    [["x", "--lan"], /^OPTION_VALUE_MISSING: --lan has no value; /],
    [["x", "--port-a=1", "-p", "2"], /^OPTION_REPEATED: --port-a is given more than once; /],
    [["x", "--wait", "--wait=3"], /^OPTION_REPEATED: --wait /],
  ])("refuses %j", async (words, message) => {
    expect(await refusal(...words)).toMatch(message);
  });
});
