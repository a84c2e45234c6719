import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../../src/base/time.js";
import { type Dependence, Nat, type NatOptions } from "./nat.js";
import { endpoint, textOf } from "./places.js";
import { Seeded } from "./seeded.js";

const INSIDE = endpoint("192.168.1.1:51820");
const OTHER_INSIDE = endpoint("192.168.1.2:51820");
const REMOTE = endpoint("192.0.2.1:51820");
const OTHER_PORT = endpoint("192.0.2.1:4000");
const OTHER_ADDRESS = endpoint("198.51.100.1:51820");

function natOf(options: Partial<NatOptions> = {}): Nat {
  const usual: NatOptions = { mapping: "independent", filtering: "address-and-port", lifetime: 30 * SECOND, inboundRefresh: false };
  return new Nat("nat", endpoint("203.0.113.1:1").address, { ...usual, ...options }, new Seeded(1));
}

/** Where that which comes from an outside to the port of a mapping gets to. */
function reached(nat: Nat, from: typeof REMOTE, port: number, now = 0): string | undefined {
  const inside = nat.inbound(from, port, now);
  return inside && textOf(inside);
}

describe("a NAT", () => {
  it.each<[Dependence, boolean, boolean]>([
    ["independent", true, true],
    ["address", true, false],
    ["address-and-port", false, false],
  ])(
    "whose mapping is %s keeps the port for another port of the outside: %s, for another address: %s",
    (mapping, samePort, sameAddress) => {
      const nat = natOf({ mapping });
      const first = nat.outbound(INSIDE, REMOTE, 0);
      expect(textOf(first)).toMatch(/^203\.0\.113\.1:\d+$/);
      expect(nat.outbound(INSIDE, REMOTE, 1)).toBe(first);
      expect(nat.outbound(INSIDE, OTHER_PORT, 1).port === first.port).toBe(samePort);
      expect(nat.outbound(INSIDE, OTHER_ADDRESS, 1).port === first.port).toBe(sameAddress);
      expect(nat.outbound(OTHER_INSIDE, REMOTE, 1).port).not.toBe(first.port);
    },
  );

  it.each<[Dependence, boolean, boolean]>([
    ["independent", true, true],
    ["address", true, false],
    ["address-and-port", false, false],
  ])("whose filtering is %s lets in another port of the outside: %s, another address: %s", (filtering, otherPort, otherAddress) => {
    const nat = natOf({ filtering });
    const { port } = nat.outbound(INSIDE, REMOTE, 0);
    const at = (letIn: boolean) => (letIn ? textOf(INSIDE) : undefined);
    expect(reached(nat, REMOTE, port)).toBe(textOf(INSIDE));
    expect(reached(nat, OTHER_PORT, port)).toBe(at(otherPort));
    expect(reached(nat, OTHER_ADDRESS, port)).toBe(at(otherAddress));
    expect(reached(nat, REMOTE, port === 5000 ? 5001 : 5000)).toBeUndefined();
  });

  it("forgets after its lifetime without anything that goes out, and gives another port then", () => {
    const nat = natOf();
    const first = nat.outbound(INSIDE, REMOTE, 0);
    nat.outbound(INSIDE, REMOTE, 20 * SECOND);
    expect(reached(nat, REMOTE, first.port, 49.999 * SECOND)).toBe(textOf(INSIDE));
    expect(reached(nat, REMOTE, first.port, 50 * SECOND)).toBeUndefined();
    expect(nat.outbound(INSIDE, REMOTE, 50 * SECOND).port).not.toBe(first.port);
    expect(reached(nat, REMOTE, first.port, 50 * SECOND)).toBeUndefined();
  });

  it.each([
    [true, textOf(INSIDE)],
    [false, undefined],
  ])("with inbound refresh %s is kept alive by what comes in: %s", (inboundRefresh, after) => {
    const nat = natOf({ inboundRefresh });
    const { port } = nat.outbound(INSIDE, REMOTE, 0);
    for (let second = 1; second <= 60; second++) nat.inbound(REMOTE, port, second * SECOND);
    expect(reached(nat, REMOTE, port, MINUTE)).toBe(after);
  });

  it("forgets by itself whom it lets in, though the mapping serves another outside", () => {
    const nat = natOf();
    const { port } = nat.outbound(INSIDE, REMOTE, 0);
    nat.outbound(INSIDE, OTHER_ADDRESS, 20 * SECOND);
    expect(reached(nat, REMOTE, port, 31 * SECOND)).toBeUndefined();
    expect(reached(nat, OTHER_ADDRESS, port, 31 * SECOND)).toBe(textOf(INSIDE));
  });

  it("can be told to forget nothing more, but not to remember what it has forgotten", () => {
    const nat = natOf();
    const { port } = nat.outbound(INSIDE, REMOTE, 0);
    const other = nat.outbound(OTHER_INSIDE, REMOTE, 20 * SECOND);
    nat.remember(30 * SECOND);
    expect(reached(nat, REMOTE, port, 31 * SECOND)).toBeUndefined();
    expect(reached(nat, REMOTE, other.port, 500 * SECOND)).toBe(textOf(OTHER_INSIDE));
    expect(nat.outbound(OTHER_INSIDE, REMOTE, 900 * SECOND)).toBe(other);
  });

  it("that loses a mapping gives its owner another port, and the others theirs", () => {
    const nat = natOf();
    const [first, other] = [nat.outbound(INSIDE, REMOTE, 0), nat.outbound(OTHER_INSIDE, REMOTE, 0)];
    expect(nat.rebind(INSIDE)).toBe(1);
    expect(reached(nat, REMOTE, first.port)).toBeUndefined();
    expect(nat.outbound(INSIDE, REMOTE, 1).port).not.toBe(first.port);
    expect(nat.outbound(OTHER_INSIDE, REMOTE, 1)).toBe(other);
  });

  it("that restarts knows nobody, and may have another address", () => {
    const nat = natOf();
    const { port } = nat.outbound(INSIDE, REMOTE, 0);
    nat.restart();
    expect(reached(nat, REMOTE, port)).toBeUndefined();
    nat.restart(endpoint("203.0.113.9:1").address);
    expect(textOf(nat.outbound(INSIDE, REMOTE, 1))).toMatch(/^203\.0\.113\.9:/);
  });
});
