import { invariant } from "../base/invariant.js";
import { buildPair, type PairSite } from "../config/pair.js";
import { parseConfig } from "../config/parse.js";
import { formatConfig } from "../config/write.js";
import { referenceSuite } from "../crypto/reference.js";
import type { SiteOptions } from "./pair-options.js";
import { randomPrivateKey, randomSharedKey } from "./random-key.js";

/**
 * The files of two sites, with new keys.
 *
 * @param networkName "" for none
 * @throws OperatorErrors with everything that keeps the two from being joined
 */
export function buildPairTexts(
  sites: { readonly a: SiteOptions; readonly b: SiteOptions },
  { presharedKey, networkName }: { readonly presharedKey: boolean; readonly networkName: string },
): { readonly a: string; readonly b: string } {
  const shared = presharedKey ? randomSharedKey() : undefined;
  const texts = buildPair({ a: withKey(sites.a), b: withKey(sites.b), presharedKey: shared }, referenceSuite);
  return networkName === "" ? texts : { a: withNetworkName(texts.a, networkName), b: withNetworkName(texts.b, networkName) };
}

function withKey(site: SiteOptions): PairSite {
  return { ...site, privateKey: randomPrivateKey() };
}

function withNetworkName(text: string, networkName: string): string {
  const { config } = parseConfig(text, { name: "pair", path: "pair.conf", suite: referenceSuite, readSecret: namesNoOtherFile });
  invariant(config !== undefined, "a file of a pair can be read");
  const heading = text.split("\n\n", 1).flatMap((comment) => comment.split("\n").map((line) => line.replace(/^# ?/, "")));
  return formatConfig({ ...config, interface: { ...config.interface, networkName } }, heading);
}

function namesNoOtherFile(): never {
  invariant(false, "a file of a pair names no other");
}
