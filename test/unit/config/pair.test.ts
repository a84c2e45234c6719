import { describe, expect, it } from "vitest";
import { parseConfiguredEndpoint } from "../../../src/base/endpoint.js";
import { EXIT, OperatorErrors } from "../../../src/base/errors.js";
import { decodeKey, SecretKey } from "../../../src/base/keys.js";
import { type IpPrefix, parsePrefix } from "../../../src/base/prefix.js";
import { buildPair, type PairSite } from "../../../src/config/pair.js";
import { referenceSuite } from "../../../src/crypto/reference.js";
import { OWN_PRIVATE, OWN_PUBLIC, PEER_PUBLIC, PSK, parse, plain } from "./sample.js";

const PEER_PRIVATE = "wIuHh8FdBEsvUKj3mMhyH6OVcAkHMbZ2mi+eZdwznlE=";

function secret(text: string): SecretKey {
  const bytes = decodeKey(text);
  if (bytes === undefined) throw new Error("not a key");
  return new SecretKey(bytes);
}

function prefixes(...texts: string[]): IpPrefix[] {
  return texts.flatMap((text) => parsePrefix(text) ?? []);
}

function sites(changes: { a?: Partial<PairSite>; b?: Partial<PairSite> } = {}): { a: PairSite; b: PairSite } {
  return {
    a: {
      name: "head office",
      privateKey: secret(OWN_PRIVATE),
      endpoint: parseConfiguredEndpoint("198.51.100.2:51820"),
      listenPort: 51820,
      addresses: prefixes("10.99.0.1/30", "fd99::1/64"),
      lans: prefixes("10.1.0.0/24", "fd01::/64"),
      ...changes.a,
    },
    b: {
      name: "branch",
      privateKey: secret(PEER_PRIVATE),
      endpoint: parseConfiguredEndpoint("203.0.113.2:51821"),
      listenPort: 51821,
      addresses: prefixes("10.99.0.2/30", "fd99::2/64"),
      lans: prefixes("10.2.0.7/24"),
      ...changes.b,
    },
  };
}

function faults(changes: Parameters<typeof sites>[0]): string[] {
  try {
    buildPair(sites(changes), referenceSuite);
  } catch (error) {
    if (!(error instanceof OperatorErrors)) throw error;
    for (const fault of error.errors) expect(fault.exitCode).toBe(EXIT.usage);
    return error.errors.map(({ code, message }) => `${code}: ${message}`);
  }
  return [];
}

describe("buildPair", () => {
  it("makes each side the other's peer", () => {
    const texts = buildPair({ ...sites(), presharedKey: secret(PSK) }, referenceSuite);
    expect(plain(parse(texts.a).config)).toMatchObject({
      interface: { privateKey: OWN_PRIVATE, listenPort: 51820, addresses: ["10.99.0.1/30", "fd99::1/64"] },
      peers: [
        {
          name: "branch",
          publicKey: PEER_PUBLIC,
          presharedKey: PSK,
          endpoint: { host: "203.0.113.2", port: 51821 },
          allowedIps: ["10.99.0.2/32", "fd99::2/128", "10.2.0.0/24"],
          persistentKeepalive: 0,
        },
      ],
    });
    expect(plain(parse(texts.b).config)).toMatchObject({
      interface: { privateKey: PEER_PRIVATE, listenPort: 51821, addresses: ["10.99.0.2/30", "fd99::2/64"] },
      peers: [
        {
          name: "head office",
          publicKey: OWN_PUBLIC,
          presharedKey: PSK,
          endpoint: { host: "198.51.100.2", port: 51820 },
          allowedIps: ["10.99.0.1/32", "fd99::1/128", "10.1.0.0/24", "fd01::/64"],
          persistentKeepalive: 0,
        },
      ],
    });
  });

  it("lets the side without an endpoint keep the way open", () => {
    const texts = buildPair(sites({ b: { endpoint: undefined, listenPort: 0 } }), referenceSuite);
    expect(parse(texts.a).config).toMatchObject({ peers: [{ endpoint: undefined, persistentKeepalive: 0 }] });
    expect(parse(texts.b).config).toMatchObject({ interface: { listenPort: 0 }, peers: [{ persistentKeepalive: 25 }] });
  });

  it("listens where the other side will call, unless told otherwise", () => {
    const { a } = buildPair(sites({ a: { listenPort: 0, endpoint: parseConfiguredEndpoint("vpn.example.com:4500") } }), referenceSuite);
    expect(parse(a).config?.interface.listenPort).toBe(4500);
    const forwarded = buildPair(sites({ a: { listenPort: 7, endpoint: parseConfiguredEndpoint("vpn.example.com:4500") } }), referenceSuite);
    expect(parse(forwarded.a).config?.interface.listenPort).toBe(7);
  });

  it("refuses two sides that nobody can call", () => {
    expect(faults({ a: { endpoint: undefined }, b: { endpoint: undefined } })).toEqual([
      expect.stringContaining("PAIR_IMPOSSIBLE: no pair"),
    ]);
  });

  it("refuses networks that overlap, and names both", () => {
    const [fault, ...rest] = faults({ b: { lans: prefixes("10.0.0.0/8") } });
    expect(fault).toContain("10.1.0.0/24 of head office overlaps 10.0.0.0/8 of branch");
    expect(rest).toEqual([]);
    expect(faults({ a: { lans: prefixes("10.0.0.0/8") } })).toEqual([expect.stringContaining("overlaps 10.2.0.0/24 of branch")]);
  });

  it("refuses names that no file can hold, every one", () => {
    expect(faults({ a: { name: "a\nPostUp = b" }, b: { name: "" } })).toEqual([
      expect.stringContaining("cannot be printed"),
      expect.stringContaining("Name is empty"),
    ]);
  });

  it("refuses what the reader of the files would refuse", () => {
    expect(faults({ b: { privateKey: secret(OWN_PRIVATE) } })).toEqual([
      expect.stringMatching(/^PEER_IS_SELF: head office\.conf:\d+: /),
      expect.stringMatching(/^PEER_IS_SELF: branch\.conf:\d+: /),
    ]);
    expect(faults({ b: { addresses: prefixes("10.99.0.1/30") } })).toEqual([
      expect.stringContaining("PREFIX_IS_OWN_ADDRESS"),
      expect.stringContaining("PREFIX_IS_OWN_ADDRESS"),
    ]);
    expect(faults({ a: { addresses: prefixes("127.0.0.1/8") } })).toEqual([expect.stringContaining("ADDRESS_UNUSABLE")]);
  });

  it("refuses what up would refuse", () => {
    expect(faults({ a: { lans: prefixes("0.0.0.0/0") }, b: { lans: [] } })).toEqual([
      expect.stringMatching(/^UNSUPPORTED_KEY: branch\.conf/),
    ]);
  });
});
