import { describe, expect, it } from "vitest";
import { defaultQueues } from "../../../src/agent/from-config.js";

describe("queues that no file asks for", () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
    [15, 7],
    [16, 8],
    [128, 8],
  ])("on %i processors are %i", (processors, queues) => {
    expect(defaultQueues(processors)).toBe(queues);
  });
});
