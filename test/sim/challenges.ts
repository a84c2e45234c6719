import { type Endpoint, formatEndpoint } from "../../src/base/endpoint.js";
import { SECOND } from "../../src/base/time.js";
import type { Effect, Input } from "../../src/protocol/effects.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import { encodeProbe, type ProbeOp } from "../../src/protocol/wire/probe.js";
import { endpoint } from "./places.js";
import type { Site } from "./site.js";
import type { World } from "./world.js";

/** Someone who is no site. */
export const EVE = endpoint("203.0.113.66:666");
/** Past the time in which an endpoint's own adoption may be contested. */
export const SETTLED = 31 * SECOND;

/** The plaintext of a probe. */
export function probe(op: ProbeOp, { moved = false, token = 1n } = {}): Uint8Array {
  return encodeProbe({ op, moved, arg: 0, sequence: 0, token });
}

/** The index of the session that a site sends under. */
export function currentOf(site: Site): number {
  return site.plane.currentOf(0) ?? 0;
}

/** What a site is to answer, by the address that it challenges for it. */
export function tokensOf(effects: readonly Effect[]): Map<string, bigint> {
  const tokens = new Map<string, bigint>();
  for (const effect of effects) {
    if (effect.type !== "seal" || effect.to === undefined || effect.plaintext[0] !== 3) continue;
    tokens.set(formatEndpoint(effect.to), new DataView(effect.plaintext.buffer).getBigUint64(8, true));
  }
  return tokens;
}

/** Passes something to a site's node. @returns the effects, which were carried out */
/** Passes something to a site's node. @returns the effects, which were carried out */
export function tell(_: World, site: Site, input: Input): Effect[] {
  return site.input(input);
}

/** The newest packet of a site's peer came from `source`. @returns the tokens of the challenges */
export function moved(_: World, site: Site, source: Endpoint): Map<string, bigint> {
  return tokensOf(site.input({ type: "moved", index: currentOf(site), source }));
}

/** A site gets an answer to a challenge from `source`. */
export function respondFrom(site: Site, source: Endpoint, token: bigint | undefined): void {
  const plaintext = probe("pathResponse", { token: token ?? 0n });
  site.input({ type: "opened", index: currentOf(site), kind: KIND.probe, plaintext, source });
}
