import { describe, expect, it } from "vitest";
import { formatDrops } from "../../../src/observe/drops.js";
import { branch, depot, head } from "./sample-status.js";

describe("formatDrops", () => {
  it("is silent when nothing was dropped", () => {
    expect(formatDrops(head({ drops: { replay: 0 } }))).toBeUndefined();
  });

  it("tells the interface's drops, then each peer's, the most frequent reason first", () => {
    const peers = [branch({ drops: { source: 4, replay: 9 } }), depot({ drops: { kind: 0 } })];
    expect(formatDrops(head({ drops: { mac1: 1, auth: 1, length: 3, type: 0 }, peers }))).toBe(
      "dropped: 3 length, 1 auth, 1 mac1; from branch: 9 replay, 4 source",
    );
    expect(formatDrops(head({ peers }))).toBe("dropped: from branch: 9 replay, 4 source");
  });
});
