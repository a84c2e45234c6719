import { SECOND } from "../../src/base/time.js";
import type { Link } from "./link.js";
import type { Site } from "./site.js";
import type { PeerOptions, SiteOptions } from "./site-options.js";
import { World } from "./world.js";

export interface TwoSites {
  readonly world: World;
  readonly a: Site;
  readonly b: Site;
}

export interface TwoSitesOptions {
  readonly seed?: number;
  readonly link?: Partial<Link>;
  /** What each has set for the other. */
  readonly a?: PeerOptions;
  readonly b?: PeerOptions;
  /** What else each has set. */
  readonly ofA?: Omit<SiteOptions, "peers">;
  readonly ofB?: Omit<SiteOptions, "peers">;
}

/** Two sites that know each other. */
export function twoSites(options: TwoSitesOptions, body: (sites: TwoSites) => void): void {
  const { seed = 1, link = {}, a = {}, b = {}, ofA = {}, ofB = {} } = options;
  const sites = { a: { peers: { b: a }, ...ofA }, b: { peers: { a: b }, ...ofB } };
  const world = new World({ seed, link, sites });
  world.play(() => body({ world, a: world.site("a"), b: world.site("b") }));
}

/** Two sites with a session that A made; both know that it works. */
export function connectedSites(options: TwoSitesOptions, body: (sites: TwoSites) => void): void {
  twoSites(options, (sites) => {
    const { world, a, b } = sites;
    const packet = a.transmit("b");
    world.until(() => b.has(packet));
    world.run(100);
    body(sites);
  });
}

/** Plans that both send the other a packet, once a second from now on. */
export function talk({ world, a, b }: TwoSites, seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    world.at(world.now + second * SECOND, () => {
      a.transmit("b");
      b.transmit("a");
    });
  }
}
