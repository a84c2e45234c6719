import fc from "fast-check";
import { expect, it } from "vitest";
import { addressBits, type Family, type IpAddress } from "../../src/base/address.js";
import { covers, type IpPrefix } from "../../src/base/prefix.js";
import { PrefixMap } from "../../src/base/prefix-map.js";

/** Few bits differ, so that networks often hold each other and the addresses sought. */
const address = fc.constantFrom<Family>(4, 6).chain((family) =>
  fc
    .array(fc.constantFrom(0, 1, 0x80, 0xff), { minLength: addressBits(family) / 8, maxLength: addressBits(family) / 8 })
    .map((bytes): IpAddress => {
      const rest = bytes.map((byte, i) => (i === 1 || i === bytes.length - 1 ? byte : 0));
      return { family, bytes: Uint8Array.from(rest) };
    }),
);
const prefix = address.chain((one) => fc.nat(addressBits(one.family)).map((length): IpPrefix => ({ address: one, length })));

it("what covers an address is what a look at every network finds, longest first", () => {
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 30 }), fc.array(address, { minLength: 1, maxLength: 10 }), (networks, sought) => {
      const map = new PrefixMap(networks.map((network, place) => [network, place]));
      for (const one of sought) {
        const host = { address: one, length: addressBits(one.family) };
        const found = networks.map((network, place) => ({ network, place })).filter(({ network }) => covers(network, host));
        const longestFirst = found.toSorted((x, y) => y.network.length - x.network.length || x.place - y.place);
        expect(map.covering(one)).toEqual(longestFirst.map(({ place }) => place));
      }
    }),
    { numRuns: 300 },
  );
});
