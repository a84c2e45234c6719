import { formatRoundTrip } from "./duration.js";
import type { InterfaceStatus } from "./status.js";

/** What an agent tells of itself when it is up: without its peers, of which there may be thousands. */
export type UpSummary = Pick<InterfaceStatus, "name" | "addresses" | "listenPort">;

/** What `up` says when it is done: `site-a is up: 10.99.0.1/30, listening on UDP port 51820`. */
export function formatUp({ name, addresses, listenPort }: UpSummary): string {
  return `${name} is up: ${[...addresses, `listening on UDP port ${listenPort}`].join(", ")}`;
}

/** What `up --wait` says of the peers that answered: `connected to branch at 192.0.2.2:51820 (0.4 ms)`; undefined for none. */
export function formatConnected(status: InterfaceStatus): string | undefined {
  const links = status.peers.filter((peer) => peer.state === "established");
  if (links.length === 0) return undefined;
  const places = links.map(({ name, endpoint, rttMs }) => {
    return `${name}${endpoint === null ? "" : ` at ${endpoint}`}${rttMs === null ? "" : ` (${formatRoundTrip(rttMs)})`}`;
  });
  return `connected to ${places.join(", ")}`;
}
