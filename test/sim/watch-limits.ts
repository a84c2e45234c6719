import type { PeerId } from "../../src/protocol/effects.js";
import type { Holdings } from "../../src/protocol/insight.js";
import {
  ANSWERED_REMEMBERED,
  HANDSHAKES_PER_PEER,
  HOLD_DOWN,
  PENDING_PER_DEVICE,
  PENDING_PER_PEER,
  RETIRED_PER_PEER,
  ROAMING_DECISION_LEAST,
} from "../../src/protocol/limits.js";
import { must } from "./must.js";
import type { Observer } from "./observer.js";
import type { Site } from "./site.js";

/** Of a peer; of the device where it says so. */
const MOST: Record<keyof Holdings, number> = {
  handshakes: HANDSHAKES_PER_PEER,
  pending: PENDING_PER_PEER,
  retired: RETIRED_PER_PEER,
  pings: 4,
  // One decision after the other, each about one address.
  heldDown: HOLD_DOWN / ROAMING_DECISION_LEAST + 1,
  devicePending: PENDING_PER_DEVICE,
  deviceAnswered: ANSWERED_REMEMBERED,
};

/** So many peers are looked at each time that the node did something, in turn. */
const LOOKED_AT = 8;

/** Nothing that a node holds grows beyond its limit. */
export class LimitWatch implements Observer {
  #turn = 0;

  handled(site: Site): void {
    this.#lookAround(site);
  }

  deadlineHandled(site: Site): void {
    this.#lookAround(site);
  }

  #lookAround(site: Site): void {
    const { peers } = site;
    for (let i = 0; i < Math.min(peers.length, LOOKED_AT); i++) this.#look(site, this.#turn++ % peers.length);
  }

  #look(site: Site, peer: PeerId): void {
    const holdings = site.node.insight.holdings(peer);
    if (holdings === undefined) return;
    for (const [name, most] of Object.entries(MOST)) {
      const held = holdings[name as keyof Holdings];
      must(held <= most, `${site.name} holds ${held} ${name} for ${site.peerName(peer)}, more than ${most}`);
    }
  }
}
