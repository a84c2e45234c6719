import { formatEndpoint, parseConfiguredEndpoint } from "../../src/base/endpoint.js";
import type { PeerSettings } from "../../src/protocol/peer.js";
import type { SiteOptions } from "./site-options.js";
import type { SitePlace } from "./site-surroundings.js";

const NO_PRESHARED_KEY = new Uint8Array(32);

/** What the configuration of a site says of its peers. */
export function peerSettings(site: SiteOptions, place: (name: string) => SitePlace): PeerSettings[] {
  return Object.entries(site.peers).map(([name, options], id) => {
    const { address, identity } = place(name);
    return {
      id,
      publicKey: options.publicKey ?? identity.publicKey,
      presharedKey: options.presharedKey ?? NO_PRESHARED_KEY,
      endpoint: parseConfiguredEndpoint(options.endpoint ?? formatEndpoint(address)),
      persistentKeepalive: options.persistentKeepalive ?? 0,
    };
  });
}
