/** What `tunvpn pair` says: what each site has become, and what to do with the files. Nothing secret. */

export interface PairedSite {
  readonly name: string;
  /** As written. */
  readonly path: string;
  readonly addresses: readonly string[];
  readonly lans: readonly string[];
  /** Where the other side reaches it; undefined: it has to call. */
  readonly endpoint: string | undefined;
  /** 0: any free one. */
  readonly listenPort: number;
}

export function formatPairSummary(a: PairedSite, b: PairedSite): string {
  const [address = ""] = b.addresses;
  return [
    `wrote ${a.path} and ${b.path}, readable by you alone: they hold keys`,
    "",
    ...[a, b].map((site) => `  ${siteLine(site, Math.max(a.name.length, b.name.length))}`),
    "",
    "next:",
    `  1. move ${b.path} to ${b.name}, by a way that others cannot read, such as scp`,
    `  2. there: tunvpn up ${fileName(b.path)}`,
    `  3. here:  tunvpn up ${a.path} && ping ${hostOf(address)}`,
  ].join("\n");
}

function siteLine(site: PairedSite, width: number): string {
  const port = site.listenPort === 0 ? "any free UDP port" : `UDP port ${site.listenPort}`;
  const reached = site.endpoint === undefined ? "calls the other" : `is called at ${site.endpoint}`;
  const lans = site.lans.length === 0 ? [] : [`brings ${site.lans.join(", ")}`];
  return [`${site.name.padEnd(width)}  ${site.addresses.join(", ")}`, `listens on ${port}`, reached, ...lans].join(", ");
}

/** As a shell takes it, from the directory that holds it. */
function fileName(path: string): string {
  return `./${path.slice(path.lastIndexOf("/") + 1)}`;
}

function hostOf(prefix: string): string {
  return prefix.split("/", 1)[0] ?? prefix;
}
