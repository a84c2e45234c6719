import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KEYS } from "../../src/config/keys.js";
import type { Parsed } from "../../src/config/parse.js";
import { formatFindings } from "../../src/config/problems.js";
import { formatConfig } from "../../src/config/write.js";
import { parse } from "../unit/config/sample.js";
import { configs } from "./config-generator.js";

/** What holds of every result. */
function expectSound(text: string, parsed: Parsed): void {
  const lines = text.split("\n").length;
  const errors = parsed.problems.filter(({ severity }) => severity === "error");
  expect(parsed.config === undefined).toBe(errors.length > 0);
  for (const { line, code, message, fix } of parsed.problems) {
    expect(line).toBeGreaterThanOrEqual(0);
    expect(line).toBeLessThanOrEqual(lines);
    expect(code).toMatch(/^[A-Z0-9_]+$/);
    for (const shown of [message, fix]) expect(shown).toMatch(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u);
  }
  const numbers = parsed.problems.map(({ line }) => line);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(formatFindings("wg0.conf", parsed).split("\n").length).toBeLessThanOrEqual(
    2 * (parsed.problems.length + parsed.unsupported.length) + 1,
  );
}

const line = fc.oneof(
  fc.constantFrom("[Interface]", "[Peer]", "[peer", "Peer]", "[X]", "", "#", "="),
  fc
    .tuple(fc.constantFrom(...KEYS), fc.oneof(fc.string(), fc.constantFrom(...KEYS.map((key) => key.example))))
    .map(([key, value]) => `${key.name} = ${value}`),
  fc.string({ unit: "binary" }),
);

type Edit = { at: number; remove: number; insert: string };

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(40), insert: fc.string({ unit: "binary", maxLength: 5 }) }),
  { minLength: 1, maxLength: 4 },
);

function edited(text: string, changes: readonly Edit[]): string {
  return changes.reduce((current, { at, remove, insert }) => {
    const start = Math.floor(at * current.length);
    return current.slice(0, start) + insert + current.slice(start + remove);
  }, text);
}

describe("any text", () => {
  it("is read without throwing, and what is said of it can be printed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expectSound(text, parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it("made of the language's own words too", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
        const text = lines.join("\n");
        expectSound(text, parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it("that was once a valid file too, and its secrets are not shown", () => {
    fc.assert(
      fc.property(configs(1), edits, (config, changes) => {
        const text = edited(formatConfig(config), changes);
        const parsed = parse(text);
        expectSound(text, parsed);
        const shown = JSON.stringify([parsed.problems, parsed.unsupported]);
        const secrets = [config.interface.privateKey, config.interface.networkKey, ...config.peers.map((peer) => peer.presharedKey)];
        for (const secret of secrets) if (secret) expect(shown).not.toContain(secret.reveal().slice(0, 40));
      }),
      { numRuns: 200 },
    );
  });
});
