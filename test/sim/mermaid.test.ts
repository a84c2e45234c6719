import { describe, expect, it } from "vitest";
import { sequenceDiagram } from "./mermaid.js";
import { endpoint } from "./places.js";
import type { Fate, Label, Transit } from "./transit.js";
import { twoSites } from "./two-sites.js";
import { World } from "./world.js";

const [A, B, EVE] = [endpoint("192.0.2.1:1"), endpoint("192.0.2.2:2"), endpoint("203.0.113.66:1000")];
const NAMES = new Map([
  ["192.0.2.1:1", "a"],
  ["192.0.2.2:2", "b"],
]);

function transit(at: number, label: Label, fate: Fate, more: Partial<Transit> = {}): Transit {
  return { at, from: A, to: B, bytes: Uint8Array.of(1, 1, 0, 0, 4, 3, 2, 1), label, genuine: true, fate, ...more };
}

describe("a diagram", () => {
  it("shows who sent what when, what became of it, and what happened meanwhile", () => {
    const transits = [
      transit(1000, "INIT", "arrived"),
      transit(1010.5, "RESP", "lost", { from: B, to: A }),
      transit(3000, "DATA", "nobody", { from: EVE, genuine: false }),
      transit(4000, "?", "on its way", { bytes: Uint8Array.of(9) }),
    ];
    expect(sequenceDiagram(transits, [{ at: 2000, site: "b", text: "restarts" }], NAMES, 10).split("\n")).toEqual([
      "sequenceDiagram",
      "  participant p1 as a",
      "  participant p2 as b",
      "  participant p3 as 203.0.113.66:1000",
      "  p1->>p2: 1.0000 INIT 01020304, 8 B",
      "  p2-xp1: 1.0105 RESP 01020304, 8 B",
      "  Note over p2: 2.0000 restarts",
      "  p3-xp2: 3.0000 DATA 01020304, 8 B, forged, nobody",
      "  p1-)p2: 4.0000 ?, 1 B, on its way",
    ]);
  });

  it("shows the last ones, and those alone who take part in them", () => {
    const transits = Array.from({ length: 100 }, (_, i) => transit(i, "DATA", "arrived", i < 50 ? { from: EVE } : {}));
    const lines = sequenceDiagram(transits, [{ at: 10, site: "c", text: "restarts" }], NAMES, 5).split("\n");
    expect(lines).toHaveLength(1 + 2 + 5);
    expect(lines.at(-1)).toContain("0.0990 DATA");
  });
});

describe("a run that fails", () => {
  it("says its seed, its time, the command that repeats it, and what went over the wire", () => {
    const world = new World({ seed: 77, sites: { a: { peers: { b: {} } }, b: { peers: { a: {} } } }, replay: "npm run sim -- --seed 77" });
    const fail = () =>
      world.play(() => {
        world.site("a").transmit("b");
        world.run(100);
        world.remark(world.site("b"), "breaks");
        throw new Error("b broke");
      });
    expect(fail).toThrow(
      /^b broke\nseed 77, 1000\.1000 s.*\nagain: npm run sim -- --seed 77\n```mermaid\nsequenceDiagram\n[\s\S]*INIT[\s\S]*Note over p2: 1000\.1000 breaks\n```$/,
    );
  });

  it("says so of worlds that have no command of their own", () => {
    expect(() =>
      twoSites({ seed: 5 }, () => {
        throw new Error("no");
      }),
    ).toThrow(/^no\nseed 5, 1000\.0000 s[^\n]*\n```mermaid/);
  });
});
