/** Resolves endpoint names, with the host's own resolver and its order of addresses. */
import { lookup } from "node:dns/promises";
import { parseAddress } from "../base/address.js";
import type { ConfiguredEndpoint, Endpoint } from "../base/endpoint.js";

/** A name's addresses; none when it does not resolve. Never rejects. */
export async function resolveEndpoint({ host, port }: ConfiguredEndpoint): Promise<Endpoint[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.flatMap(({ address: text }) => {
      const address = parseAddress(text);
      return address ? [{ address, port, scope: 0 }] : [];
    });
  } catch {
    return [];
  }
}
