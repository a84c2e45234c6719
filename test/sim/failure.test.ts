import { describe, expect, it } from "vitest";
import { describeFailure } from "./failure.js";

describe("a failed run", () => {
  const run = { seed: 5, at: 1_234_567.8, replay: "npm run sim -- --seed 5", diagram: "sequenceDiagram" };

  it("names the commit where it is known", () => {
    expect(describeFailure(run, "abc1234-dirty").split("\n")).toEqual([
      "seed 5, 1234.5678 s, commit abc1234-dirty",
      "again: npm run sim -- --seed 5",
      "```mermaid",
      "sequenceDiagram",
      "```",
    ]);
    expect(describeFailure({ ...run, replay: undefined }, "")).toBe("seed 5, 1234.5678 s\n```mermaid\nsequenceDiagram\n```");
  });
});
