import type { InterfaceStatus } from "./status.js";

/** One line about what was dropped, or undefined when nothing was. The most frequent reason comes first. */
export function formatDrops(status: InterfaceStatus): string | undefined {
  const own = reasons(status.drops);
  const byPeer = status.peers.map((peer) => ({ name: peer.name, text: reasons(peer.drops) })).filter((peer) => peer.text !== "");
  const parts = [...(own === "" ? [] : [own]), ...byPeer.map((peer) => `from ${peer.name}: ${peer.text}`)];
  return parts.length === 0 ? undefined : `dropped: ${parts.join("; ")}`;
}

function reasons(drops: Readonly<Record<string, number>>): string {
  return Object.entries(drops)
    .filter(([, count]) => count > 0)
    .toSorted(([a, fewer], [b, more]) => more - fewer || (a < b ? -1 : 1))
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");
}
