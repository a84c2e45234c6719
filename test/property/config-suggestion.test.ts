import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KEYS } from "../../src/config/keys.js";
import { editDistance } from "../../src/config/suggestion.js";
import { PEER_PUBLIC, parse, withInterface, withPeer } from "../unit/config/sample.js";

const word = fc.stringMatching(/^[A-Za-z]{0,12}$/);

const slip = fc.record({
  key: fc.constantFrom(...KEYS),
  at: fc.nat(30),
  letter: fc.stringMatching(/^[a-z]$/),
  kind: fc.constantFrom("insert", "delete", "replace", "swap"),
});

function slipped(name: string, at: number, letter: string, kind: string): string {
  const index = at % name.length;
  const [before, here, after] = [name.slice(0, index), name.slice(index, index + 1), name.slice(index + 1)];
  if (kind === "insert") return before + letter + here + after;
  if (kind === "delete") return before + after;
  return kind === "replace" ? before + letter + after : before + after.slice(0, 1) + here + after.slice(1);
}

describe("the distance between two words", () => {
  it("is none for one word, the same both ways, and at most the longer one", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});

describe("the remedy for a slip in a key", () => {
  it("is a key that is no further away than the one that was meant", () => {
    fc.assert(
      fc.property(slip, ({ key, at, letter, kind }) => {
        const name = slipped(key.name, at, letter, kind);
        fc.pre(name.length > 2 && !/^x-/i.test(name) && !KEYS.some((known) => known.name.toLowerCase() === name.toLowerCase()));
        const entry = `${name} = 1`;
        const text = key.section === "Peer" ? withPeer(entry) : withInterface(entry, "[Peer]", `PublicKey = ${PEER_PUBLIC}`);
        const [problem, ...others] = parse(text).problems;
        expect(others).toEqual([]);
        expect(problem).toMatchObject({ code: "UNKNOWN_KEY", line: key.section === "Peer" ? 5 : 3 });
        const [, suggested = ""] = /^write (\w+)/.exec(problem?.fix ?? "") ?? [];
        expect(KEYS.map((known) => known.name)).toContain(suggested);
        const distance = (to: string) => editDistance(name.toLowerCase(), to.toLowerCase());
        expect(distance(suggested)).toBeLessThanOrEqual(distance(key.name));
      }),
      { numRuns: 300 },
    );
  });
});
