/** Keys of one section; one that is undefined is left out. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** A config file in wg-quick's syntax. */
export function configText(own: Settings, ...peers: readonly Settings[]): string {
  return [section("Interface", own), ...peers.map((peer) => section("Peer", peer))].join("\n");
}

function section(name: string, settings: Settings): string {
  const lines = Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${value}\n`]));
  return [`[${name}]\n`, ...lines].join("");
}
