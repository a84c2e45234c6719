import { invariant } from "../../src/base/invariant.js";
import { Nat, type NatOptions } from "./nat.js";
import { endpoint, identityOf } from "./places.js";
import type { Seeded } from "./seeded.js";
import type { SiteOptions } from "./site-options.js";
import type { SitePlace } from "./site-surroundings.js";

/** Where the sites of a world are at first, and the NATs that some are behind. */
export class Geography {
  readonly nats: ReadonlyMap<string, Nat>;
  readonly #places: ReadonlyMap<string, SitePlace>;

  constructor(sites: Readonly<Record<string, SiteOptions>>, nats: Readonly<Record<string, NatOptions>>, random: Seeded) {
    const natNames = Object.keys(nats);
    this.nats = new Map(Object.entries(nats).map(([name, nat], i) => [name, makeNat(name, i + 1, nat, random)]));
    this.#places = new Map(
      Object.entries(sites).map(([name, { nat }], i) => [name, makePlace(name, i + 1, nat === undefined ? -1 : natNames.indexOf(nat))]),
    );
  }

  place(name: string): SitePlace {
    const place = this.#places.get(name);
    invariant(place !== undefined, `no site ${name}`);
    return place;
  }

  nat(name: string): Nat {
    const nat = this.nats.get(name);
    invariant(nat !== undefined, `no NAT ${name}`);
    return nat;
  }
}

function makeNat(name: string, number: number, options: NatOptions, random: Seeded): Nat {
  return new Nat(name, endpoint(`203.0.113.${number}:1`).address, options, random.fork(name));
}

/** @param number from 1 @param inside which NAT; -1: none */
function makePlace(name: string, number: number, inside: number): SitePlace {
  const network = inside === -1 ? `192.${number >> 16}.${2 + ((number >> 8) & 255)}` : `192.168.${inside + 1}`;
  return { name, number, identity: identityOf(name), address: endpoint(`${network}.${number & 255}:51820`) };
}
