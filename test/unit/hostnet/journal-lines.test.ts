import { describe, expect, test } from "vitest";
import {
  headerLine,
  JOURNAL_VERSION,
  type JournalHeader,
  parseJournal,
  stepLines,
  undoneLine,
} from "../../../src/hostnet/journal-lines.js";
import type { Step } from "../../../src/hostnet/step.js";

const HEADER: JournalHeader = {
  name: "tv0",
  bootId: "b1",
  netns: "4026",
  pid: 7,
  runtimeDir: "/run/tunvpn",
  agentVersion: "0.1.0",
  created: "2026-01-01T00:00:00Z",
};
const PLACE = { device: "tv0", ifindex: 3 };
const STEPS: Step[] = [
  {
    before: { kind: "link", ...PLACE, attribute: "mtu", value: "1500" },
    after: { kind: "link", ...PLACE, attribute: "mtu", value: "1420" },
  },
  { before: null, after: { kind: "address", ...PLACE, prefix: "10.0.0.1/24" } },
  { before: { kind: "route", ...PLACE, network: "fd08::/48", metric: 1024 }, after: null },
];
const TEXT = headerLine(HEADER) + stepLines(STEPS);

test("what was written is read", () => {
  expect(parseJournal(TEXT)).toEqual({ state: "readable", header: HEADER, steps: STEPS, damagedLines: [] });
});

test("undone steps are no longer there, later ones are", () => {
  const again = parseJournal(TEXT + undoneLine(1) + stepLines(STEPS.slice(2)));
  expect(again).toMatchObject({ steps: [STEPS[0], STEPS[2]], damagedLines: [] });
});

test("wherever a crash cut the file, all whole lines are read", () => {
  const whole = parseJournal(TEXT);
  for (let length = 0; length < TEXT.length; length++) {
    const cut = parseJournal(TEXT.slice(0, length));
    if (length < headerLine(HEADER).length) {
      expect(cut.state).toBe("unbegun");
      continue;
    }
    expect(cut.state).toBe("readable");
    if (cut.state !== "readable" || whole.state !== "readable") continue;
    expect(whole.steps.slice(0, cut.steps.length)).toEqual(cut.steps);
    expect(cut.damagedLines.length).toBeLessThanOrEqual(1);
  }
});

describe("damage", () => {
  test("a line of zeros or rubbish is passed over and counted", () => {
    const text = `${headerLine(HEADER)}${stepLines(STEPS.slice(0, 1))}\0\0\0\0\n${stepLines(STEPS.slice(1))}{"undoneFrom":-1}\n7\n`;
    expect(parseJournal(text)).toMatchObject({ state: "readable", steps: STEPS, damagedLines: [3, 6, 7] });
  });

  test.each(["\0\0\0\n", "{}\n", '{"journal":"other","version":1}\n', `{"journal":"tunvpn","version":${JOURNAL_VERSION}}\n`])(
    "a header such as %j",
    (text) => {
      expect(parseJournal(text)).toEqual({ state: "damaged" });
    },
  );

  test("another version tells at least of which boot it is", () => {
    const text = headerLine(HEADER).replace(`"version":${JOURNAL_VERSION}`, '"version":99');
    expect(parseJournal(text)).toEqual({ state: "otherVersion", bootId: "b1", agentVersion: "0.1.0" });
  });
});

test.each([
  ["a name that would be more than one word of a batch", { kind: "address", device: "tv0 up", ifindex: 3, prefix: "10.0.0.1/24" }],
  ["a line break in a name", { kind: "address", device: "tv0\nx", ifindex: 3, prefix: "10.0.0.1/24" }],
  ["no address", { kind: "address", ...PLACE, prefix: "10.0.0.1/24 dev eth0" }],
  ["no network", { kind: "route", ...PLACE, network: "default", metric: 0 }],
  ["no metric", { kind: "route", ...PLACE, network: "10.8.0.0/16", metric: "0" }],
  ["no index", { kind: "address", device: "tv0", ifindex: null, prefix: "10.0.0.1/24" }],
  ["no MTU", { kind: "link", ...PLACE, attribute: "mtu", value: "1420 down" }],
  ["no mode", { kind: "link", ...PLACE, attribute: "addrgenmode", value: "none up" }],
  ["no admin state", { kind: "link", ...PLACE, attribute: "admin", value: "gone" }],
  ["an unknown attribute", { kind: "link", ...PLACE, attribute: "alias", value: "x" }],
  ["an unknown kind", { kind: "toString", ...PLACE }],
  ["nothing", null],
])("a step with %s is not taken from a journal", (_what, after) => {
  const text = `${headerLine(HEADER)}${JSON.stringify({ step: { before: null, after } })}\n`;
  expect(parseJournal(text)).toMatchObject({ state: "readable", steps: [], damagedLines: [2] });
});

test("a step between two different things is not taken either", () => {
  const [first, second] = STEPS;
  const text = `${headerLine(HEADER)}${JSON.stringify({ step: { before: first?.before, after: second?.after } })}\n`;
  expect(parseJournal(text)).toMatchObject({ steps: [], damagedLines: [2] });
});
