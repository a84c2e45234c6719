import { expect, test } from "vitest";
import type { ReplaySequence } from "../../scripts/vectors/replay.js";
import { ReplayWindow } from "../../src/protocol/wire/replay.js";
import { load } from "./load.js";

test.each(load<ReplaySequence[]>("replay"))("replay window: $name", ({ arrivals }) => {
  const window = new ReplayWindow();
  const verdicts = arrivals.map(([counter]) => {
    const fresh = window.isFresh(counter);
    expect(window.mark(counter)).toBe(fresh);
    return [counter, fresh];
  });
  expect(verdicts).toEqual(arrivals);
});
