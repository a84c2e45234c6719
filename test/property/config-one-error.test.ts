import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Config } from "../../src/config/config.js";
import { formatConfig } from "../../src/config/write.js";
import { found, parse } from "../unit/config/sample.js";
import { configs } from "./config-generator.js";

/** One mistake in a valid file of at least two peers: the new lines, and the line and code that must be reported. */
type Mistake = (lines: string[], config: Config, where: number) => { lines: string[]; line: number; code: string };

const indexes = (lines: readonly string[], pattern: RegExp) => lines.flatMap((line, index) => (pattern.test(line) ? [index] : []));

function pick(lines: readonly string[], pattern: RegExp, where: number): number {
  const candidates = indexes(lines, pattern);
  const index = candidates[where % candidates.length];
  if (index === undefined) throw new Error(`no line matches ${pattern}`);
  return index;
}

/** Replaces one line that matches. */
const replaced =
  (pattern: RegExp, line: string, code: string): Mistake =>
  (lines, _, where) => {
    const index = pick(lines, pattern, where);
    return { lines: lines.with(index, line), line: index + 1, code };
  };

/** Puts a line after one that matches. */
const inserted =
  (pattern: RegExp, line: string | ((lines: string[], config: Config, index: number) => string), code: string): Mistake =>
  (lines, config, where) => {
    const index = pick(lines, pattern, where);
    return { lines: lines.toSpliced(index + 1, 0, typeof line === "string" ? line : line(lines, config, index)), line: index + 2, code };
  };

const ANY = /^[^ ]/;
const INTERFACE = /^\[Interface\]/;
const PEER = /^\[Peer\]/;

const MISTAKES: Record<string, Mistake> = {
  "a line that says nothing": inserted(ANY, "what is this", "LINE_INVALID"),
  "a comment of another language": inserted(ANY, "; note", "LINE_INVALID"),
  "an unknown key": inserted(ANY, "Colour = blue", "UNKNOWN_KEY"),
  "a peer's key in [Interface]": inserted(INTERFACE, "Endpoint = 192.0.2.1:5", "MISPLACED_KEY"),
  "an interface's key in [Peer]": inserted(PEER, "Address = 10.0.0.1/24", "MISPLACED_KEY"),
  "a line twice": inserted(/^(PrivateKey|PublicKey) /, (lines, _, index) => lines[index] ?? "", "REPEATED_KEY"),
  "a section without its last bracket": replaced(PEER, "[Peer", "SECTION_MALFORMED"),
  "a section without its first bracket": replaced(PEER, "Peer]", "LINE_INVALID"),
  "a misspelt [Interface]": replaced(INTERFACE, "[Interfaces]", "SECTION_UNKNOWN"),
  "a misspelt [Peer]": replaced(PEER, "[Per]", "SECTION_UNKNOWN"),
  "a section of another language": (lines) => ({
    lines: [...lines, "[Gateway]", "Host = a"],
    line: lines.length + 1,
    code: "SECTION_UNKNOWN",
  }),
  "a second [Interface]": (lines) => ({
    lines: [...lines, "[Interface]", "MTU = 1400"],
    line: lines.length + 1,
    code: "SECTION_REPEATED",
  }),
  "a misspelt required key": replaced(/^PrivateKey /, "PrivatKey = x", "UNKNOWN_KEY"),
  "a key that is none": replaced(/^PrivateKey /, "PrivateKey = secret", "KEY_MALFORMED"),
  "a peer's key that is none": replaced(/^PublicKey /, "PublicKey = AAAA", "KEY_MALFORMED"),
  "a peer's key that nobody has": replaced(
    /^PublicKey /,
    "PublicKey = AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "PUBLIC_KEY_UNUSABLE",
  ),
  "a prefix that is none": inserted(PEER, "AllowedIPs = 10.0.0.0/33", "VALUE_INVALID"),
  "an address that no interface has": inserted(INTERFACE, "Address = 127.0.0.1/8", "ADDRESS_UNUSABLE"),
  "no private key": (lines) => ({
    lines: lines.filter((line) => !line.startsWith("PrivateKey ")),
    line: pick(lines, INTERFACE, 0) + 1,
    code: "MISSING_KEY",
  }),
  "no public key": (lines, _, where) => {
    const index = pick(lines, /^PublicKey /, where);
    const header = indexes(lines, PEER).findLast((candidate) => candidate < index) ?? 0;
    return { lines: lines.toSpliced(index, 1), line: header + 1, code: "MISSING_KEY" };
  },
  "this node as a peer": (lines, config, where) => {
    const index = pick(lines, /^PublicKey /, where);
    return { lines: lines.with(index, `PublicKey = ${config.interface.publicKey}`), line: index + 1, code: "PEER_IS_SELF" };
  },
  "a peer twice": (lines) => {
    const [first = 0, second = 0] = indexes(lines, /^PublicKey /);
    return { lines: lines.with(second, lines[first] ?? ""), line: second + 1, code: "PEER_REPEATED" };
  },
  "a prefix of two peers": (lines) => {
    const [, second = 0] = indexes(lines, PEER);
    const stolen = lines[indexes(lines, /^AllowedIPs /)[0] ?? 0]?.split(",")[0] ?? "";
    return { lines: lines.toSpliced(second + 1, 0, stolen), line: second + 2, code: "PREFIX_CONFLICT" };
  },
};

describe("one mistake in a valid file", () => {
  it.each(Object.keys(MISTAKES))("%s is one error, at its line", (name) => {
    const mistake = MISTAKES[name] as Mistake;
    fc.assert(
      fc.property(configs(2), fc.nat(50), (config, where) => {
        const { lines, line, code } = mistake(formatConfig(config).trimEnd().split("\n"), config, where);
        const errors = found(parse(lines.join("\n"))).filter((problem) => !problem.endsWith("?"));
        expect(errors).toEqual([`${line} ${code}`]);
      }),
      { numRuns: 20 },
    );
  });
});
