import { describe, expect, it } from "vitest";
import { found, OTHER_PUBLIC, OWN_PUBLIC, PEER_PUBLIC, parse, withInterface } from "./sample.js";

const peer = (publicKey: string, ...lines: string[]) => ["[Peer]", `PublicKey = ${publicKey}`, ...lines];

describe("addresses of the interface", () => {
  it("refuses one that is given twice, with any length", () => {
    const parsed = parse(withInterface("Address = 10.0.0.1/24, 10.0.0.1/24", "Address = 10.0.0.1/32", ...peer(PEER_PUBLIC)));
    expect(found(parsed)).toEqual(["3 ADDRESS_REPEATED", "4 ADDRESS_REPEATED"]);
    expect(parsed.problems[1]?.message).toContain("line 3");
  });

  it("takes two addresses of one network", () => {
    expect(found(parse(withInterface("Address = 10.0.0.1/24, 10.0.0.2/24", ...peer(PEER_PUBLIC))))).toEqual([]);
  });

  it.each(["10.0.0.0/24", "10.0.0.4/30", "fd00::/64", "fd00::4/126"])("warns of %s, the network's own", (address) => {
    const parsed = parse(withInterface(`Address = ${address}`, ...peer(PEER_PUBLIC)));
    expect(found(parsed)).toEqual(["3 ADDRESS_IS_NETWORK?"]);
    expect(parsed.config).toBeDefined();
  });

  it.each(["10.0.0.0/31", "10.0.0.0/32", "fd00::/127", "fd00::/128"])("takes %s, where there is no network's own", (address) => {
    expect(found(parse(withInterface(`Address = ${address}`, ...peer(PEER_PUBLIC))))).toEqual([]);
  });
});

describe("MTU and IPv6", () => {
  it.each([
    ["Address = fd00::1/64", "AllowedIPs = 10.0.0.0/8", "Address fd00::1/64 (line 4)"],
    ["Address = 10.0.0.1/24", "AllowedIPs = fd00::/64", "AllowedIPs fd00::/64 (line 7)"],
  ])("refuses 1279 with %s and %s", (address, allowedIps, because) => {
    const parsed = parse(withInterface("MTU = 1279", address, ...peer(PEER_PUBLIC, allowedIps)));
    expect(found(parsed)).toEqual(["3 MTU_BELOW_IPV6"]);
    expect(parsed.problems[0]?.message).toContain(because);
    expect(found(parse(withInterface("MTU = 1280", address, ...peer(PEER_PUBLIC, allowedIps))))).toEqual([]);
  });

  it("takes 576 without IPv6", () => {
    expect(found(parse(withInterface("MTU = 576", "Address = 10.0.0.1/24", ...peer(PEER_PUBLIC, "AllowedIPs = 10.0.0.0/8"))))).toEqual([]);
  });
});

describe("peers", () => {
  it("refuses this node's own key", () => {
    expect(found(parse(withInterface(...peer(OWN_PUBLIC))))).toEqual(["4 PEER_IS_SELF"]);
  });

  it("refuses a key that another peer has, and names both", () => {
    const parsed = parse(withInterface(...peer(PEER_PUBLIC, "Name = one"), ...peer(PEER_PUBLIC, "Name = two")));
    expect(found(parsed)).toEqual(["7 PEER_REPEATED"]);
    expect(parsed.problems[0]?.message).toBe("peer two has the PublicKey of peer one (line 3)");
  });

  it("says no more about a peer that is there twice", () => {
    const twice = peer(PEER_PUBLIC, "AllowedIPs = 10.0.0.2/32");
    expect(found(parse(withInterface(...twice, ...twice)))).toEqual(["7 PEER_REPEATED"]);
  });

  it("refuses a name that another peer has", () => {
    const parsed = parse(withInterface(...peer(PEER_PUBLIC, "Name = one"), ...peer(OTHER_PUBLIC, "Name = one")));
    expect(found(parsed)).toEqual(["8 PEER_NAME_REPEATED"]);
    expect(parsed.problems[0]?.message).toContain("line 3");
  });

  it("refuses a name that another peer has by its key", () => {
    const parsed = parse(withInterface(...peer(PEER_PUBLIC), ...peer(OTHER_PUBLIC, `Name = ${PEER_PUBLIC.slice(0, 8)}`)));
    expect(found(parsed)).toEqual(["7 PEER_NAME_REPEATED"]);
  });

  it("tells names apart by case", () => {
    expect(found(parse(withInterface(...peer(PEER_PUBLIC, "Name = one"), ...peer(OTHER_PUBLIC, "Name = One"))))).toEqual([]);
  });
});

describe("AllowedIPs", () => {
  it("refuses a prefix of another peer, masked, and names both peers and lines", () => {
    const parsed = parse(
      withInterface(
        ...peer(PEER_PUBLIC, "Name = one", "AllowedIPs = 10.9.0.1/16"),
        ...peer(OTHER_PUBLIC, "Name = two", "AllowedIPs = 10.9.255.0/16"),
      ),
    );
    expect(found(parsed)).toEqual(["10 PREFIX_CONFLICT"]);
    expect(parsed.problems[0]?.message).toBe("AllowedIPs 10.9.0.0/16 of peer two belongs to peer one (line 6) already");
  });

  it("finds the conflict of peers without a usable key too", () => {
    const parsed = parse(withInterface(...peer("short", "AllowedIPs = 10.9.0.0/16"), ...peer(OTHER_PUBLIC, "AllowedIPs = 10.9.0.0/16")));
    expect(found(parsed)).toEqual(["4 KEY_MALFORMED", "8 PREFIX_CONFLICT"]);
    expect(parsed.problems[1]?.message).toContain("peer of line 3 (line 5)");
  });

  it("takes a longer prefix inside another peer's", () => {
    expect(
      found(parse(withInterface(...peer(PEER_PUBLIC, "AllowedIPs = 10.0.0.0/8"), ...peer(OTHER_PUBLIC, "AllowedIPs = 10.9.0.0/16")))),
    ).toEqual([]);
  });

  it("warns of a prefix that its peer has already, and keeps it once", () => {
    const parsed = parse(withInterface(...peer(PEER_PUBLIC, "AllowedIPs = 10.0.0.1/8, fd00::/8", "AllowedIPs = 10.0.0.0/8")));
    expect(found(parsed)).toEqual(["6 PREFIX_REPEATED?"]);
    expect(parsed.problems[0]?.message).toContain("line 5");
    expect(parsed.config?.peers[0]?.allowedIps).toHaveLength(2);
  });

  it.each([
    ["10.0.0.1/24", "10.0.0.1/32"],
    ["fd00::1/64", "fd00::1"],
  ])("refuses the own address %s as %s", (address, prefix) => {
    const parsed = parse(withInterface(`Address = ${address}`, ...peer(PEER_PUBLIC, `AllowedIPs = ${prefix}`)));
    expect(found(parsed)).toEqual(["6 PREFIX_IS_OWN_ADDRESS"]);
    expect(parsed.problems[0]?.message).toContain("(line 3)");
  });

  it("takes a network around the own address", () => {
    expect(found(parse(withInterface("Address = 10.0.0.1/32", ...peer(PEER_PUBLIC, "AllowedIPs = 10.0.0.0/24"))))).toEqual([]);
  });
});
