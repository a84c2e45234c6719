import { covers, type IpPrefix, networkOf } from "../base/prefix.js";
import { optionInvalid, overlayExhausted } from "./errors.js";
import type { SiteOptions } from "./pair-options.js";

/**
 * Both sites with addresses in the tunnel: those given, else the first /30 of 10.99.0.0/16 that overlaps no LAN and nothing here.
 *
 * @param here networks of this machine, host bits set or not
 * @throws OperatorError OPTION_INVALID when one site has addresses and the other has none, OVERLAY_EXHAUSTED
 */
export function withAddresses(
  a: SiteOptions,
  b: SiteOptions,
  here: readonly IpPrefix[],
): { readonly a: SiteOptions; readonly b: SiteOptions } {
  if (a.addresses.length > 0 && b.addresses.length > 0) return { a, b };
  if (a.addresses.length > 0) throw oneSided("--address-a", "--address-b");
  if (b.addresses.length > 0) throw oneSided("--address-b", "--address-a");
  const third = freeThird([...a.lans, ...b.lans, ...here]);
  if (third === undefined) throw overlayExhausted();
  return { a: { ...a, addresses: [overlayAddress(third, 1)] }, b: { ...b, addresses: [overlayAddress(third, 2)] } };
}

function oneSided(given: string, missing: string) {
  const problem = `${given} is given, and ${missing} is not`;
  return optionInvalid({ problem, option: missing, values: "an address of the same network, or leave both out", example: "10.99.0.2/30" });
}

/** The tunnels 10.99.0.0/30, 10.99.1.0/30 and so on are told apart at a glance. */
function freeThird(taken: readonly IpPrefix[]): number | undefined {
  return Array.from({ length: 256 }, (_, third) => third).find((third) => {
    const network = networkOf(overlayAddress(third, 0));
    return !taken.some((other) => covers(network, other) || covers(other, network));
  });
}

function overlayAddress(third: number, host: number): IpPrefix {
  return { address: { family: 4, bytes: Uint8Array.of(10, 99, third, host) }, length: 30 };
}
