import { describe, expect, test } from "vitest";
import { allowsKind, CAPABILITY, commonCapabilities } from "../../../../src/protocol/wire/capabilities.js";
import { KIND, KINDS } from "../../../../src/protocol/wire/kinds.js";

const { l3, l2, partialChecksum, probe, control } = CAPABILITY;
const mandatory = probe | control;

describe("what both sides set", () => {
  test.each([
    [l3 | mandatory, l3 | mandatory, l3 | mandatory],
    [l3 | l2 | partialChecksum | mandatory, l2 | partialChecksum | mandatory, l2 | partialChecksum | mandatory],
    [l3 | partialChecksum | mandatory, l3 | mandatory, l3 | mandatory],
    [0xffff_ffff, 0xffff_ffff, l3 | l2 | partialChecksum | mandatory],
    [0xffff_ffff, 0x8000_0000 | l3 | mandatory, l3 | mandatory],
  ])("%i and %i", (local, remote, common) => {
    expect(commonCapabilities(local, remote)).toBe(common);
    expect(commonCapabilities(remote, local)).toBe(common);
  });

  test.each([
    ["no probe", l3 | control],
    ["no control", l3 | probe],
    ["neither L3 nor L2", partialChecksum | mandatory],
    ["nothing", 0],
    ["unknown bits only", 0xffff_ffe0],
  ])("is refused with %s on one side", (_, remote) => {
    expect(commonCapabilities(l3 | l2 | mandatory, remote)).toBe("capabilities");
    expect(commonCapabilities(remote, l3 | l2 | mandatory)).toBe("capabilities");
  });

  test("is refused with L3 on one side and L2 on the other", () => {
    expect(commonCapabilities(l3 | mandatory, l2 | mandatory)).toBe("capabilities");
  });
});

test("kinds follow from capabilities", () => {
  const allowed = (common: number) => KINDS.filter((kind) => allowsKind(common, kind));
  expect(allowed(l3 | mandatory)).toEqual([KIND.ip, KIND.probe, KIND.control]);
  expect(allowed(l3 | partialChecksum | mandatory)).toEqual([KIND.ip, KIND.ipPartial, KIND.probe, KIND.control]);
  expect(allowed(l2 | mandatory)).toEqual([KIND.ethernet, KIND.probe, KIND.control]);
  expect(allowed(l2 | partialChecksum | mandatory)).toEqual([KIND.ethernet, KIND.ethernetPartial, KIND.probe, KIND.control]);
  expect(allowed(partialChecksum)).toEqual([]);
});
