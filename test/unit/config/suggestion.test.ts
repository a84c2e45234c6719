import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../../src/config/suggestion.js";

const same = (word: string) => word;

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
    ["mtu", "mut", 1],
    ["endpoint", "endpiont", 1],
    ["dns", "dns", 0],
  ])("%s to %s is %i", (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });
});

describe("nearest", () => {
  it("finds a slip, whatever the case", () => {
    expect(nearest("LISTENPROT", ["PrivateKey", "ListenPort"], same)).toBe("ListenPort");
  });

  it("prefers the first of several equally near ones", () => {
    expect(nearest("VLANx", ["VLAN", "VLANs"], same)).toBe("VLAN");
    expect(nearest("VLANx", ["VLANs", "VLAN"], same)).toBe("VLANs");
  });

  it("finds nothing when more than a third differs", () => {
    expect(nearest("Port", ["ListenPort"], same)).toBeUndefined();
    expect(nearest("abcd", ["abxy"], same)).toBeUndefined();
    expect(nearest("PubKey", ["PublicKey"], same)).toBe("PublicKey");
  });

  it("does not look at words that are no slips", () => {
    expect(nearest("a".repeat(41), ["a".repeat(41)], same)).toBeUndefined();
  });
});
