import { describe, expect, it } from "vitest";
import { parseArguments } from "../../bench/arguments.js";
import { MEASURE_IDS } from "../../bench/measures.js";

const NAMES = ["tunvpn", "veth", "wireguard-go", "tinc"];
const QUICK = ["tunvpn", "wireguard-go"];

function options(line: string) {
  const parsed = parseArguments(line === "" ? [] : line.split(" "), NAMES, QUICK);
  if (parsed === "help") throw new Error("help");
  return parsed;
}

describe("the benchmark's arguments", () => {
  it("ask for everything when there are none, at least five times", () => {
    const { kind, settings, contenders, measures, out } = options("");
    expect({ kind, contenders, measures, out }).toEqual({ kind: "full", contenders: undefined, measures: MEASURE_IDS, out: undefined });
    expect(settings.rounds).toBeGreaterThanOrEqual(5);
    expect(settings.rareRounds).toBeGreaterThanOrEqual(5);
  });

  it("--quick is shorter, and of the contenders that matter most", () => {
    const { kind, settings, contenders, measures } = options("--quick");
    expect({ kind, contenders, measures }).toEqual({ kind: "quick", contenders: QUICK, measures: MEASURE_IDS });
    expect(settings.seconds).toBeLessThan(options("").settings.seconds);
  });

  it("name contenders and measures, in any order", () => {
    const { kind, contenders, measures } = options("--only tinc,tunvpn --measures ping,tcp");
    expect({ kind, contenders, measures }).toEqual({ kind: "part", contenders: ["tunvpn", "tinc"], measures: ["tcp", "ping"] });
  });

  it.each(["--only tunvpn", "--measures tcp", "--quick --only tinc", "--quick --measures ping"])("%s is a part", (line) => {
    expect(options(line).kind).toBe("part");
  });

  it("--only names who takes part in a quick look too", () => {
    expect(options("--quick --only tinc").contenders).toEqual(["tinc"]);
  });

  it("set rounds, seconds and a folder", () => {
    const { settings, out, kind } = options("--rounds 7 --seconds 2 --out /tmp/x");
    expect({ rounds: settings.rounds, seconds: settings.seconds, out, kind }).toEqual({
      rounds: 7,
      seconds: 2,
      out: "/tmp/x",
      kind: "full",
    });
  });

  it("ask for help", () => {
    expect(parseArguments(["--help"], NAMES, QUICK)).toBe("help");
  });

  it.each([
    ["--rounds 0", "--rounds"],
    ["--rounds 1.5", "--rounds"],
    ["--rounds -1", "--rounds"],
    ["--rounds 101", "from 1 to 100"],
    ["--rounds 1000", "from 1 to 100"],
    ["--seconds 31", "from 1 to 30"],
    ["--seconds ten", "--seconds"],
    ["--only tunvpn,nosuch", '--only knows no "nosuch", only tunvpn, veth, wireguard-go, tinc'],
    ["--only tunvpn,", '--only knows no ""'],
    ["--measures tcp,speed", '--measures knows no "speed"'],
    ["--fast", "--fast"],
    ["tunvpn", "tunvpn"],
  ])("%s is refused", (line, message) => {
    expect(() => options(line)).toThrow(message);
  });
});
