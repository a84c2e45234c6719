import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { formatConfiguredEndpoint } from "../base/endpoint.js";
import { EXIT } from "../base/errors.js";
import { formatPrefix, type IpPrefix, parsePrefix } from "../base/prefix.js";
import { formatPairSummary, type PairedSite } from "../observe/pair-summary.js";
import { defineCommand } from "./command.js";
import { optionsConflict, siteNameInvalid } from "./errors.js";
import { withAddresses } from "./overlay-addresses.js";
import { readNetworkName, readSite, type SiteOptions } from "./pair-options.js";
import { createPrivateFiles, replacePrivateFiles } from "./private-files.js";

export const pairCommand = defineCommand({
  name: "pair",
  about: "write a matching file for each of two sites",
  details: [
    "Makes keys for both, and a pre-shared key. One of the two must be reachable from outside: give its endpoint. The addresses in the tunnel are taken from 10.99.0.0/16 unless given. The LAN of a site is what the other one reaches through it.",
  ],
  positionals: {
    "site-a": { label: "site-a", about: "its name, and that of its interface and file" },
    "site-b": { label: "site-b", about: "the same for the other side" },
  },
  options: {
    "endpoint-a": { about: "where site-b reaches site-a", value: "HOST:PORT" },
    "endpoint-b": { about: "where site-a reaches site-b", value: "HOST:PORT" },
    "address-a": { about: "site-a in the tunnel, such as 10.99.0.1/30,fd99::1/64", value: "ADDRESS/LENGTH,…", list: true },
    "address-b": { about: "site-b in the tunnel", value: "ADDRESS/LENGTH,…", list: true },
    "lan-a": { about: "networks behind site-a", value: "PREFIX/LENGTH,…", list: true },
    "lan-b": { about: "networks behind site-b", value: "PREFIX/LENGTH,…", list: true },
    "port-a": { about: "UDP port of site-a, if not that of its endpoint", value: "PORT" },
    "port-b": { about: "UDP port of site-b, if not that of its endpoint", value: "PORT" },
    psk: { about: "with a pre-shared key, as without this option" },
    "no-psk": { about: "without a pre-shared key" },
    "network-name": { about: "a NetworkName for both", value: "NAME" },
    dir: { about: "where to write; here, if not told", value: "DIRECTORY" },
    force: { about: "write over files that exist; their keys are lost" },
  },
  examples: [
    ["pair head branch --endpoint-a=vpn.example.com:51820", "branch calls head, and may be behind any NAT"],
    ["pair head branch --endpoint-a=192.0.2.1:51820 --lan-a=10.1.0.0/24 --lan-b=10.2.0.0/24", "each reaches the other's LAN too"],
  ],
  async run(given, { terminal }) {
    if (given.psk && given["no-psk"]) throw optionsConflict({ one: "--psk", other: "--no-psk" });
    if (given["site-a"] === given["site-b"]) throw siteNameInvalid({ problem: `both sites are called ${JSON.stringify(given["site-a"])}` });
    const textsOf = (side: "a" | "b") => ({
      name: given[`site-${side}` as const],
      endpoint: given[`endpoint-${side}` as const],
      addresses: given[`address-${side}` as const],
      lans: given[`lan-${side}` as const],
      port: given[`port-${side}` as const],
    });
    const sites = withAddresses(readSite(textsOf("a"), "a"), readSite(textsOf("b"), "b"), machineNetworks());
    const networkName = readNetworkName(given["network-name"]);
    const { buildPairTexts } = await import("./pair-texts.js");
    const texts = buildPairTexts(sites, { presharedKey: !given["no-psk"], networkName });
    const dir = given.dir ?? "";
    const a = { path: join(dir, `${sites.a.name}.conf`), text: texts.a };
    const b = { path: join(dir, `${sites.b.name}.conf`), text: texts.b };
    if (given.force) replacePrivateFiles([a, b]);
    else createPrivateFiles([a, b]);
    terminal.tell(formatPairSummary(paired(sites.a, a.path), paired(sites.b, b.path)));
    return EXIT.done;
  },
});

/** Networks that this machine is in. */
function machineNetworks(): IpPrefix[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return interfaces.flatMap(({ cidr }) => (cidr === null ? [] : (parsePrefix(cidr) ?? [])));
}

function paired(site: SiteOptions, path: string): PairedSite {
  return {
    name: site.name,
    path,
    addresses: site.addresses.map(formatPrefix),
    lans: site.lans.map(formatPrefix),
    endpoint: site.endpoint && formatConfiguredEndpoint(site.endpoint),
    listenPort: site.listenPort,
  };
}
