import { describe, expect, it } from "vitest";
import type { Holdings } from "../../src/protocol/insight.js";
import { connectedSites } from "./two-sites.js";
import { LimitWatch } from "./watch-limits.js";

const NOTHING: Holdings = { handshakes: 0, pending: 0, retired: 0, pings: 0, heldDown: 0, devicePending: 0, deviceAnswered: 0 };
const FULL: Holdings = { handshakes: 2, pending: 32, retired: 3, pings: 4, heldDown: 51, devicePending: 4096, deviceAnswered: 65_536 };

describe("what a node holds", () => {
  it.each(Object.keys(FULL) as (keyof Holdings)[])("is seen to outgrow its limit: %s", (what) => {
    connectedSites({}, ({ a }) => {
      const look = (held: Holdings) => {
        a.node.insight.holdings = () => held;
        const watch = new LimitWatch();
        return [() => watch.handled(a), () => watch.deadlineHandled(a)];
      };
      for (const looked of look(FULL)) expect(looked).not.toThrow();
      for (const looked of look({ ...NOTHING, [what]: FULL[what] + 1 })) expect(looked).toThrow(`${what} for b, more than`);
    });
  });

  it("is counted", () => {
    connectedSites({}, ({ world, a, b }) => {
      expect(b.node.insight.holdings(0)).toEqual({ ...NOTHING, deviceAnswered: 1 });
      a.input({ type: "rekey", index: a.plane.currentOf(0) ?? 0 });
      expect(a.node.insight.holdings(0)).toMatchObject({ handshakes: 1 });
      world.run(15);
      expect(b.node.insight.holdings(0)).toMatchObject({ pending: 1, devicePending: 1, deviceAnswered: 2 });
      world.run(1000);
      expect(a.node.insight.holdings(0)).toMatchObject({ handshakes: 0, retired: 1, pings: 0 });
      expect(a.node.insight.holdings(9)).toBeUndefined();
    });
  });
});
