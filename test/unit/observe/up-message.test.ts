import { describe, expect, it } from "vitest";
import { formatConnected, formatUp } from "../../../src/observe/up-message.js";
import { branch, depot, head } from "./sample-status.js";

describe("formatUp", () => {
  it("says what the interface is called, and where it is", () => {
    expect(formatUp(head())).toBe("head is up: 10.99.0.1/30, fd99::1/64, listening on UDP port 51820");
    expect(formatUp(head({ addresses: [] }))).toBe("head is up: listening on UDP port 51820");
  });
});

describe("formatConnected", () => {
  it("names the peers that answered, and no other", () => {
    const lab = branch({ name: "lab", rttMs: null, endpoint: null });
    expect(formatConnected(head({ peers: [branch({ rttMs: 12.6 }), depot(), lab] }))).toBe(
      "connected to branch at 192.0.2.2:51820 (13 ms), lab",
    );
    expect(formatConnected(head({ peers: [depot()] }))).toBeUndefined();
  });
});
