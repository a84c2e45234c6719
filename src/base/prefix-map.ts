import type { Family, IpAddress } from "./address.js";
import { type IpPrefix, networkOf } from "./prefix.js";

/** Things by the network they stand for, to be found by an address in it. A search costs as much as there are lengths, not networks. */
export class PrefixMap<Value> {
  readonly #lengths: Readonly<Record<Family, Map<number, Map<string, Value[]>>>> = { 4: new Map(), 6: new Map() };

  /** @param networks host bits are ignored; the same one may be there more than once */
  constructor(networks: Iterable<readonly [IpPrefix, Value]>) {
    for (const [prefix, value] of networks) this.#add(prefix, value);
  }

  /** What covers the address: the longest network first, and in the order of the constructor for the same one. */
  covering(address: IpAddress): Value[] {
    const lengths = this.#lengths[address.family];
    const descending = [...lengths.keys()].toSorted((a, b) => b - a);
    return descending.flatMap((length) => lengths.get(length)?.get(networkBits({ address, length })) ?? []);
  }

  #add(prefix: IpPrefix, value: Value): void {
    const lengths = this.#lengths[prefix.address.family];
    const networks = lengths.get(prefix.length) ?? new Map<string, Value[]>();
    lengths.set(prefix.length, networks);
    const bits = networkBits(prefix);
    const values = networks.get(bits);
    if (values === undefined) networks.set(bits, [value]);
    else values.push(value);
  }
}

function networkBits(prefix: IpPrefix): string {
  return Buffer.from(networkOf(prefix).address.bytes).toString("latin1");
}
