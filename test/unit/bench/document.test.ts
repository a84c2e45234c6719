import { describe, expect, it } from "vitest";
import { makeDocument, resultOf } from "../../bench/document.js";
import { CIRCUMSTANCES, sampleDocument } from "./sample-document.js";

describe("the document", () => {
  it("holds samples, their summary, and how many times wireguard-go that is", () => {
    expect(resultOf(sampleDocument().measures, "tcp", "tunvpn")).toEqual({
      contender: "tunvpn",
      samples: [6, 5, 7],
      median: 6,
      min: 5,
      max: 7,
      ratio: 3,
    });
  });

  it("has no ratio where wireguard-go was not measured", () => {
    expect(resultOf(sampleDocument().measures, "memory", "tunvpn")?.ratio).toBeNull();
  });

  it("has no ratio where wireguard-go took nothing", () => {
    const { measures } = sampleDocument({}, { idleCpu: { tunvpn: [0.1], "wireguard-go": [0] } });
    expect(resultOf(measures, "idleCpu", "tunvpn")?.ratio).toBeNull();
  });

  it("lists measures in their order, and only those that gave something", () => {
    expect(sampleDocument().measures.map(({ id, unit }) => `${id} ${unit}`)).toEqual(["tcp Gbit/s", "udp64 k/s", "ping ms", "memory MB"]);
  });

  it("lists only what was asked for", () => {
    const samples = new Map([
      ["tcp", new Map([["tunvpn", [6]]])],
      ["cpu", new Map([["tunvpn", [1]]])],
    ] as const);
    expect(makeDocument(CIRCUMSTANCES, { samples, failures: [] }, ["cpu"]).measures.map(({ id }) => id)).toEqual(["cpu"]);
  });

  it("judges the targets that can be judged", () => {
    const told = sampleDocument().targets.map(({ contender, measure, by, value, met }) => [contender, measure, by, value.toFixed(2), met]);
    expect(told).toEqual([
      ["tunvpn", "tcp", "wireguard-go", "3.00", true],
      ["tunvpn", "udp64", "wireguard-go", "2.50", false],
      ["tunvpn", "ping", "wireguard-go", "0.50", true],
      ["tunvpn", "tcp", "no-cipher", "0.67", true],
      ["no-cipher", "tcp", "wireguard-go", "4.50", true],
      ["tunvpn", "memory", null, "120.00", false],
    ]);
  });

  it.each([
    [2.5, true],
    [2.49, false],
  ])("calls %d times as much met: %s", (ratio, met) => {
    const { targets } = sampleDocument({}, { tcp: { tunvpn: [ratio], "wireguard-go": [1] } });
    expect(targets.map((target) => target.met)).toEqual([met]);
  });

  it.each([
    [100, true],
    [100.1, false],
  ])("calls %d MB met: %s", (memory, met) => {
    expect(sampleDocument({}, { memory: { tunvpn: [memory] } }).targets.map((target) => target.met)).toEqual([met]);
  });

  it("survives its own file", () => {
    const document = sampleDocument();
    expect(JSON.parse(JSON.stringify(document))).toMatchObject({
      version: 1,
      kind: "quick",
      date: "2024-02-29",
      measures: [{ id: "tcp" }, {}, {}, {}],
    });
  });
});
