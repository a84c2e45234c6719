import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { addressFrom, formatAddress, isLinkLocal, parseAddress } from "../../../src/base/address.js";
import { sameBytes, toHex, u64le, wipe } from "../../../src/base/bytes.js";
import {
  formatConfiguredEndpoint,
  formatEndpoint,
  isSameEndpoint,
  literalEndpoint,
  parseConfiguredEndpoint,
} from "../../../src/base/endpoint.js";
import { isInterfaceName } from "../../../src/base/interface-name.js";
import { decodeKey, encodeKey, PublicKey, SecretKey } from "../../../src/base/keys.js";
import { covers, formatPrefix, networkOf, parsePrefix } from "../../../src/base/prefix.js";
import { isUsablePublicKey } from "../../../src/base/public-key.js";

describe("addresses", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::", "::"],
  ])("%s reads as %s", (text, canonical) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(canonical);
  });

  it.each(["", "10.1", "010.0.0.1", "256.0.0.1", "1.2.3.4.5", "fe80::1%eth0", "[::1]", "::1/64", "a.b.c.d", "0x7f.1"])(
    "%j is none",
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  it("a mapped address is IPv4 also when it comes as bytes", () => {
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1);
    expect(addressFrom(mapped)).toEqual({ family: 4, bytes: Uint8Array.of(10, 0, 0, 1) });
    mapped[10] = 254;
    expect(addressFrom(mapped).family).toBe(6);
  });

  it.each([
    ["fe80::1", true],
    ["febf::1", true],
    ["fec0::1", false],
    ["169.254.0.1", false],
  ])("%s link-local: %s", (text, expected) => {
    const address = parseAddress(text);
    expect(address && isLinkLocal(address)).toBe(expected);
  });
});

describe("prefixes", () => {
  it.each([
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["10.1.2.3/31", "10.1.2.2/31"],
    ["10.1.2.3", "10.1.2.3/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:db8:ffff::1/33", "2001:db8:8000::/33"],
    ["::1", "::1/128"],
  ])("the network of %s is %s", (text, network) => {
    const prefix = parsePrefix(text);
    expect(prefix && formatPrefix(networkOf(prefix))).toBe(network);
  });

  it.each(["10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/ 8", "/8", "10.0.0.0/1e1"])(
    "%j is none",
    (text) => {
      expect(parsePrefix(text)).toBeUndefined();
    },
  );

  it.each([
    ["10.0.0.0/8", "10.1.0.0/16", true],
    ["10.0.0.0/8", "10.0.0.0/8", true],
    ["10.1.0.0/16", "10.0.0.0/8", false],
    ["10.0.0.0/8", "11.0.0.0/16", false],
    ["0.0.0.0/0", "::/0", false],
    ["10.1.2.3/8", "10.9.0.0/16", true],
  ])("%s covers %s: %s", (outer, inner, expected) => {
    const [a, b] = [parsePrefix(outer), parsePrefix(inner)];
    expect(a && b && covers(a, b)).toBe(expected);
  });
});

describe("endpoints", () => {
  it.each([
    ["192.0.2.1:51820", "192.0.2.1", 51820],
    ["[2001:DB8::1]:1", "2001:db8::1", 1],
    ["vpn.example.net:65535", "vpn.example.net", 65535],
    ["a_b.example:7", "a_b.example", 7],
  ])("%s", (text, host, port) => {
    const endpoint = parseConfiguredEndpoint(text);
    expect(endpoint).toEqual({ host, port });
    expect(endpoint && parseConfiguredEndpoint(formatConfiguredEndpoint(endpoint))).toEqual(endpoint);
  });

  it.each([
    "192.0.2.1",
    "192.0.2.1:0",
    "192.0.2.1:65536",
    "::1:51820",
    "[192.0.2.1]:1",
    "[::1]",
    "300.1.1.1:5",
    "-x:1",
    "a..b:1",
    "a b:1",
    ":1",
    "",
  ])("%j is none", (text) => {
    expect(parseConfiguredEndpoint(text)).toBeUndefined();
  });

  it("is literal for an address only", () => {
    expect(literalEndpoint({ host: "example.net", port: 1 })).toBeUndefined();
    const literal = literalEndpoint({ host: "2001:db8::1", port: 1 });
    expect(literal && formatEndpoint(literal)).toBe("[2001:db8::1]:1");
  });

  it("tells one link's addresses from another's", () => {
    const address = parseAddress("fe80::1");
    expect(address && formatEndpoint({ address, port: 1, scope: 3 })).toBe("[fe80::1%3]:1");
  });

  it("are the same when their texts are", () => {
    const addresses = ["192.0.2.1", "192.0.2.2", "fe80::1", "fe80::2", "::c000:201"].map(parseAddress);
    const all = addresses.flatMap((address) =>
      [1, 2].flatMap((port) => [0, 3].flatMap((scope) => (address === undefined ? [] : [{ address, port, scope }]))),
    );
    expect(all).toHaveLength(20);
    for (const one of all) {
      for (const other of all) expect(isSameEndpoint(one, other)).toBe(formatEndpoint(one) === formatEndpoint(other));
    }
  });
});

describe("keys", () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);

  it("go there and back", () => {
    expect(decodeKey(encodeKey(bytes))).toEqual(bytes);
  });

  it.each([
    ["one byte short", encodeKey(bytes.subarray(1))],
    ["one byte long", encodeKey(Uint8Array.of(...bytes, 1))],
    ["another spelling of the same bytes", encodeKey(bytes).replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`)],
    ["URL alphabet", `${"-".repeat(43)}=`],
    ["a blank at its end", `${encodeKey(bytes)} `],
    ["nothing", ""],
  ])("%s is no key", (_, text) => {
    expect(decodeKey(text)).toBeUndefined();
  });

  it("a secret shows itself nowhere", () => {
    const secret = new SecretKey(bytes);
    const shown = [String(secret), JSON.stringify({ secret }), inspect(secret), inspect({ deep: { secret } }), `${secret}`];
    for (const text of shown) expect(text).not.toContain(encodeKey(bytes).slice(0, 8));
    expect(secret.reveal()).toBe(encodeKey(bytes));
  });

  it("a public key is equal to itself alone", () => {
    expect(new PublicKey(bytes).equals(new PublicKey(bytes.slice()))).toBe(true);
    expect(new PublicKey(bytes).equals(new PublicKey(bytes.slice().fill(1, 31)))).toBe(false);
  });

  const prime = 2n ** 255n - 19n;
  const littleEndian = (value: bigint) => new Uint8Array(Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse());
  it.each([
    ["9", 9n, true],
    ["the prime less 2", prime - 2n, true],
    ["0", 0n, false],
    ["1", 1n, false],
    ["the prime less 1", prime - 1n, false],
    ["the prime", prime, false],
    ["the prime and 2", prime + 2n, false],
    ["with bit 255 set", 2n ** 255n + 9n, false],
    ["a point of order 8", 325606250916557431795983626356110631294008115727848805560023387167927233504n, false],
    ["the other one", 39382357235489614581723060781553021112529911719440698176882885853963445705823n, false],
  ])("public key %s usable: %s", (_, value, usable) => {
    expect(isUsablePublicKey(littleEndian(value))).toBe(usable);
  });

  it("31 bytes are no public key", () => {
    expect(isUsablePublicKey(new Uint8Array(31).fill(9))).toBe(false);
  });
});

describe("bytes", () => {
  it("u64 is little-endian", () => {
    expect(toHex(u64le(0x0102030405))).toBe("0504030201000000");
  });

  it("sameness needs the same length", () => {
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false);
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  });

  it("wiping leaves zeros", () => {
    const secret = Uint8Array.of(1, 2);
    wipe(secret);
    expect(secret).toEqual(Uint8Array.of(0, 0));
  });
});

describe("interface names", () => {
  it.each(["peer", "site-a", "a.b_c=d+e", "123456789012345"])("%s", (name) => {
    expect(isInterfaceName(name)).toBe(true);
  });

  it.each(["", ".", "..", "1234567890123456", "a/b", "a b", "ä", "a\n"])("not %j", (name) => {
    expect(isInterfaceName(name)).toBe(false);
  });
});
