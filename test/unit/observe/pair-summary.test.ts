import { describe, expect, it } from "vitest";
import { formatPairSummary } from "../../../src/observe/pair-summary.js";

describe("formatPairSummary", () => {
  it("says what each site has become, and what to do next", () => {
    const head = {
      name: "head",
      path: "out/head.conf",
      addresses: ["10.99.0.1/30", "fd99::1/64"],
      lans: ["10.1.0.0/24", "10.2.0.0/24"],
      endpoint: "vpn.example.com:51820",
      listenPort: 51820,
    };
    const branch = { name: "branch", path: "out/branch.conf", addresses: ["10.99.0.2/30"], lans: [], endpoint: undefined, listenPort: 0 };
    expect(formatPairSummary(head, branch)).toBe(
      `
wrote out/head.conf and out/branch.conf, readable by you alone: they hold keys

  head    10.99.0.1/30, fd99::1/64, listens on UDP port 51820, is called at vpn.example.com:51820, brings 10.1.0.0/24, 10.2.0.0/24
  branch  10.99.0.2/30, listens on any free UDP port, calls the other

next:
  1. move out/branch.conf to branch, by a way that others cannot read, such as scp
  2. there: tunvpn up ./branch.conf
  3. here:  tunvpn up out/head.conf && ping 10.99.0.2
`.trim(),
    );
  });
});
