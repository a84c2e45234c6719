import { describe, expect, it } from "vitest";
import { OperatorError } from "../../../src/base/errors.js";
import { formatPrefix, type IpPrefix, parsePrefix } from "../../../src/base/prefix.js";
import { withAddresses } from "../../../src/cli/overlay-addresses.js";
import type { SiteOptions } from "../../../src/cli/pair-options.js";

function prefix(text: string): IpPrefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

function site(name: string, changes: Partial<SiteOptions> = {}): SiteOptions {
  return { name, endpoint: undefined, listenPort: 0, addresses: [], lans: [], ...changes };
}

function chosen(taken: { a?: string[]; b?: string[]; here?: string[] }): string[] {
  const { a, b } = withAddresses(
    site("a", { lans: (taken.a ?? []).map(prefix) }),
    site("b", { lans: (taken.b ?? []).map(prefix) }),
    (taken.here ?? []).map(prefix),
  );
  return [...a.addresses, ...b.addresses].map(formatPrefix);
}

describe("withAddresses", () => {
  it.each<[Parameters<typeof chosen>[0], number]>([
    [{}, 0],
    [{ here: ["192.168.1.5/24", "fd00::1/64"] }, 0],
    [{ here: ["10.99.0.1/30"] }, 1],
    [{ here: ["10.99.0.4/30"] }, 0],
    [{ a: ["10.99.0.0/24"], b: ["10.99.1.2/32"] }, 2],
    [{ b: ["10.99.0.0/17"] }, 128],
  ])("chooses what is free of %j", (taken, third) => {
    expect(chosen(taken)).toEqual([`10.99.${third}.1/30`, `10.99.${third}.2/30`]);
  });

  it("gives up when all is taken", () => {
    expect(() => chosen({ here: ["10.1.2.3/8"] })).toThrow(expect.objectContaining({ code: "OVERLAY_EXHAUSTED" }));
  });

  it("keeps addresses that both have, and refuses those that only one has", () => {
    const own = [prefix("10.99.0.1/30")];
    const both = { a: site("a", { addresses: own }), b: site("b", { addresses: own }) };
    expect(withAddresses(both.a, both.b, own)).toEqual(both);
    expect(() => withAddresses(both.a, site("b"), [])).toThrow(OperatorError);
    expect(() => withAddresses(site("a"), both.b, [])).toThrow(OperatorError);
  });
});
