import { describe, expect, it } from "vitest";
import { COLOURED, PLAIN } from "../../../src/observe/style.js";
import { formatRatio, formatValue } from "../../bench/format.js";
import { processorName } from "../../bench/machine-facts.js";
import { reportLines } from "../../bench/report.js";
import { sampleDocument } from "./sample-document.js";

describe("the report", () => {
  it("is a table for people", () => {
    const failures = [{ contender: "veth", run: "ping", round: 2, reason: "no ping was answered\nat all" }];
    expect(reportLines(sampleDocument({}, undefined, failures), PLAIN)).toEqual([
      "2024-02-29, quick: 3 rounds in turns, 1 s a stream, MTU 1420, two namespaces over veth",
      "Fast & <Small>, 2 cores, 16 GB",
      "Linux 6.1.0, TCP cubic, Node v20.19.0, load 0.25 at the start",
      "tunvpn: box avx512, tso gro, 1 queue",
      "tunvpn 6.0, no-cipher 9.0, veth 4.0, wireguard-go 12.0",
      "",
      "                             tunvpn  no-cipher       veth  wireguard-go",
      "one TCP stream  Gbit/s         6.00       9.00       20.0          2.00",
      "                          5.00–7.00  8.00–10.0  20.0–20.0     1.90–2.10",
      "                              3.00x      4.50x      10.0x         1.00x",
      "UDP, 64 bytes   k/s             150                                60.0",
      "                            140–160                           50.0–70.0",
      "                              2.50x                               1.00x",
      "ping, median    ms            0.200                               0.400",
      "                        0.100–0.300                         0.400–0.400",
      "                              0.50x                               1.00x",
      "memory, 1 peer  MB              120",
      "",
      "Medians; under them the least and the most of the runs, and how many times wireguard-go.",
      "UDP, 64 bytes: packets received, the sender at its limit",
      "ping, median: round trip through the idle tunnel",
      "memory, 1 peer: VmRSS of an idle agent with two queues",
      "",
      "wanted                     beside         found           limit",
      "tunvpn: one TCP stream     wireguard-go   3.00x  at least 2.50x  met",
      "tunvpn: UDP, 64 bytes      wireguard-go   2.50x  at least 3.00x  missed",
      "tunvpn: ping, median       wireguard-go   0.50x   at most 1.00x  met",
      "tunvpn: one TCP stream     no-cipher      0.67x  at least 0.55x  met",
      "no-cipher: one TCP stream  wireguard-go   4.50x  at least 3.50x  met",
      "tunvpn: memory, 1 peer                   120 MB  at most 100 MB  missed",
      "",
      "missing: tinc, not installed",
      "failed: veth, ping, round 2: no ping was answered",
    ]);
  });

  it("leaves out rows that would be empty", () => {
    const lines = reportLines(sampleDocument({}, { memory: { tunvpn: [90] } }), PLAIN).join("\n");
    expect(lines).toMatch(/^memory, 1 peer {2}MB +90\.0\n\n/m);
    expect(lines).not.toContain("–");
  });

  it("says that there are no targets by saying nothing", () => {
    expect(reportLines(sampleDocument({}, { tcp: { tinc: [1] } }), PLAIN).join("\n")).not.toContain("wanted");
  });

  it("is the same text in colours", () => {
    const coloured = reportLines(sampleDocument(), COLOURED);
    expect(coloured.join("\n")).toContain("\u{1b}[");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours are made of
    expect(coloured.map((line) => line.replaceAll(/\u{1b}\[\d+m/gu, ""))).toEqual(reportLines(sampleDocument(), PLAIN));
  });
});

describe("a value", () => {
  it.each([
    [0, "0"],
    [0.0123, "0.0123"],
    [0.5, "0.500"],
    [9.996, "10.0"],
    [6.123, "6.12"],
    [25.04, "25.0"],
    [150.4, "150"],
    [2618.4, "2,618"],
    [1234567, "1,234,567"],
  ])("of %d is told as %s", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it.each([
    [1, "1.00x"],
    [0.284, "0.28x"],
    [2.449, "2.45x"],
    [12.34, "12.3x"],
  ])("in proportion, %d is told as %s", (value, text) => {
    expect(formatRatio(value)).toBe(text);
  });
});

describe("the processor", () => {
  it.each([
    ["processor\t: 0\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Some Xeon\nstepping\t: 8\n", "Some Xeon (family 6, model 143)"],
    ["processor\t: 0\nmodel name\t: Some Core\n", "Some Core"],
    ["processor\t: 0\nBogoMIPS\t: 50\n\nHardware\t: x\nModel\t\t: Some Board\n", "Some Board"],
    ["processor\t: 0\n", "unknown"],
  ])("of %j is %s", (text, name) => {
    expect(processorName(text)).toBe(name);
  });
});
