import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressBits } from "../../src/base/address.js";
import { parseConfiguredEndpoint } from "../../src/base/endpoint.js";
import { formatPrefix } from "../../src/base/prefix.js";
import { buildPair } from "../../src/config/pair.js";
import { formatConfig } from "../../src/config/write.js";
import { referenceSuite } from "../../src/crypto/reference.js";
import { found, parse, plain } from "../unit/config/sample.js";
import { configs } from "./config-generator.js";

/** Errors and warnings but for those that a generated file may well cause. */
function complaints(text: string): string[] {
  return found(parse(text)).filter((problem) => !problem.endsWith("NO_PEERS?") && !problem.endsWith("ADDRESS_IS_NETWORK?"));
}

describe("writing and reading", () => {
  it("gives the same config, without a complaint", () => {
    fc.assert(
      fc.property(configs(0), (config) => {
        const text = formatConfig(config, ["Written by a test."]);
        expect(complaints(text)).toEqual([]);
        expect(plain(parse(text).config)).toEqual(plain(config));
      }),
    );
  });

  it("writes the same text again", () => {
    fc.assert(
      fc.property(configs(1), (config) => {
        const text = formatConfig(config);
        const { config: read } = parse(text);
        expect(read && formatConfig(read)).toBe(text);
      }),
    );
  });

  it("does not depend on case, line ends, spacing or trailing comments", () => {
    const disguise = (text: string, upper: boolean, end: string, comment: string) =>
      text
        .split("\n")
        .map((line) => line.replace(/^(\[\w+\]|\w+ =)/, (key) => (upper ? key.toUpperCase() : key.toLowerCase())).replace(" = ", "="))
        .map((line) => (line === "" ? line : ` ${line}\t${comment}`))
        .join(end);
    fc.assert(
      fc.property(
        configs(1),
        fc.boolean(),
        fc.constantFrom("\n", "\r\n"),
        fc.constantFrom("", "# note", "#"),
        (config, upper, end, comment) => {
          expect(plain(parse(disguise(formatConfig(config), upper, end, comment)).config)).toEqual(plain(config));
        },
      ),
    );
  });
});

describe("pairs", () => {
  it("each know the other, whatever the sites are", () => {
    fc.assert(
      fc.property(configs(1), configs(1), fc.ipV4(), (left, right, host) => {
        const site = (config: typeof left, name: string) => ({
          name,
          privateKey: config.interface.privateKey,
          endpoint: parseConfiguredEndpoint(`${host}:7`),
          listenPort: config.interface.listenPort,
          addresses: config.interface.addresses,
          lans: [],
        });
        const taken = new Set(left.interface.addresses.map(({ address }) => address.bytes.join(".")));
        fc.pre(!right.interface.addresses.some(({ address }) => taken.has(address.bytes.join("."))));
        fc.pre(!left.interface.publicKey.equals(right.interface.publicKey));
        const texts = buildPair({ a: site(left, "left"), b: site(right, "right") }, referenceSuite);
        const [a, b] = [parse(texts.a).config, parse(texts.b).config];
        expect(a?.peers[0]?.publicKey.toString()).toBe(b?.interface.publicKey.toString());
        expect(b?.peers[0]?.publicKey.toString()).toBe(a?.interface.publicKey.toString());
        const hosts = b?.interface.addresses.map(({ address }) => formatPrefix({ address, length: addressBits(address.family) }));
        expect(a?.peers[0]?.allowedIps.map(formatPrefix)).toEqual(hosts);
      }),
    );
  });
});
