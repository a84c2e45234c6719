import { SECOND } from "../../src/base/time.js";
import { DEPENDENCES, type NatOptions } from "./nat.js";
import type { Seeded } from "./seeded.js";
import type { PeerOptions, SiteOptions } from "./site-options.js";

export interface Topology {
  readonly sites: Readonly<Record<string, SiteOptions>>;
  readonly nats: Readonly<Record<string, NatOptions>>;
}

/** All that can reach each other know each other; of two, at least one knows where the other is. The first site is behind no NAT. */
export function randomTopology(random: Seeded): Topology {
  const names = Array.from({ length: random.pick([2, 2, 2, 3, 3, 4, 5]) }, (_, i) => `s${i + 1}`);
  const nats = Object.fromEntries(Array.from({ length: random.pick([0, 1, 1, 2]) }, (_, i) => [`nat${i + 1}`, randomNat(random)]));
  const behind = new Map<string, string>();
  for (const name of names.slice(1)) behind.set(name, random.pick([...Object.keys(nats), ...Object.keys(nats), ""]));
  const peers = new Map(names.map((name): [string, Record<string, PeerOptions>] => [name, {}]));
  names.forEach((one, i) => {
    for (const other of names.slice(i + 1)) {
      const [caller, called] = (behind.get(other) ?? "") !== "" || random.chance(0.5) ? [other, one] : [one, other];
      if (!canCall(behind, caller, called)) continue;
      const shared = random.chance(0.3) ? { presharedKey: random.bytes(32) } : {};
      const known = canCall(behind, called, caller) && random.chance(0.7);
      Object.assign(peers.get(caller) ?? {}, { [called]: { ...shared, ...keepalive(random), ...named(random, called) } });
      Object.assign(peers.get(called) ?? {}, {
        [caller]: { ...shared, ...keepalive(random), ...(known ? named(random, caller) : { endpoint: "none" }) },
      });
    }
  });
  const sites = names.map((name): [string, SiteOptions] => {
    const nat = behind.get(name) ?? "";
    return [name, { peers: peers.get(name) ?? {}, ...(nat === "" ? {} : { nat }) }];
  });
  return { sites: Object.fromEntries(sites), nats };
}

/** Whether a site's own address is one that the other can send to. */
function canCall(behind: ReadonlyMap<string, string>, caller: string, called: string): boolean {
  const nat = behind.get(called) ?? "";
  return nat === "" || behind.get(caller) === nat;
}

function randomNat(random: Seeded): NatOptions {
  return {
    mapping: random.pick(DEPENDENCES),
    filtering: random.pick(DEPENDENCES),
    lifetime: random.pick([20, 30, 60, 120, 300]) * SECOND,
    inboundRefresh: random.chance(0.5),
  };
}

/** Some are known by name. */
function named(random: Seeded, site: string): PeerOptions {
  return random.chance(0.2) ? { endpoint: `${site}.example:51820` } : {};
}

function keepalive(random: Seeded): PeerOptions {
  return random.chance(0.25) ? { persistentKeepalive: random.pick([5, 25, 300]) * SECOND } : {};
}
