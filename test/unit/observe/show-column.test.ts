import { describe, expect, it } from "vitest";
import { formatShowColumn, type ShowColumn } from "../../../src/observe/show-column.js";
import { BRANCH_KEY, branch, DEPOT_KEY, depot, document, head, OWN_KEY } from "./sample-status.js";

const PEERS = [branch({ allowedIps: ["10.99.0.2/32", "10.1.0.0/24"] }), depot({ endpoint: null, txBytes: 0 })];

describe("formatShowColumn", () => {
  it("dumps the fields of wg in wg's order, and no secret", () => {
    expect(formatShowColumn(document(head({ peers: PEERS })), "dump", false).split("\n")).toEqual([
      `(none)\t${OWN_KEY}\t51820\t0x6d`,
      `${BRANCH_KEY}\t(hidden)\t192.0.2.2:51820\t10.99.0.2/32,10.1.0.0/24\t1700000000\t1239\t3072\t25`,
      `${DEPOT_KEY}\t(none)\t(none)\t(none)\t0\t0\t0\toff`,
    ]);
  });

  it("starts each line with the interface's name when all are asked for", () => {
    const interfaces = document(head({ name: "a", fwMark: 0, peers: [] }), head({ name: "b", peers: PEERS }));
    const lines = formatShowColumn(interfaces, "dump", true).split("\n");
    expect(lines[0]).toBe(`a\t(none)\t${OWN_KEY}\t51820\toff`);
    expect(lines.map((line) => line.split("\t")[0])).toEqual(["a", "b", "b", "b"]);
  });

  it.each<[ShowColumn, string[]]>([
    ["public-key", [OWN_KEY]],
    ["private-key", ["(none)"]],
    ["listen-port", ["51820"]],
    ["fwmark", ["0x6d"]],
    ["peers", [BRANCH_KEY, DEPOT_KEY]],
    ["preshared-keys", [`${BRANCH_KEY}\t(hidden)`, `${DEPOT_KEY}\t(none)`]],
    ["endpoints", [`${BRANCH_KEY}\t192.0.2.2:51820`, `${DEPOT_KEY}\t(none)`]],
    ["allowed-ips", [`${BRANCH_KEY}\t10.99.0.2/32 10.1.0.0/24`, `${DEPOT_KEY}\t(none)`]],
    ["latest-handshakes", [`${BRANCH_KEY}\t1700000000`, `${DEPOT_KEY}\t0`]],
    ["transfer", [`${BRANCH_KEY}\t1239\t3072`, `${DEPOT_KEY}\t0\t0`]],
    ["persistent-keepalive", [`${BRANCH_KEY}\t25`, `${DEPOT_KEY}\toff`]],
  ])("prints %s", (column, lines) => {
    expect(formatShowColumn(document(head({ peers: PEERS })), column, false).split("\n")).toEqual(lines);
  });
});
