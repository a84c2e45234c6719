/**
 * A network address translator by RFC 4787: how it maps, what it lets in, when it forgets. It does not hairpin.
 *
 * outbound(inside, outside)  → the source that the outside sees
 * inbound(outside, port)     → who inside gets it, if anybody
 */
import { formatAddress, type IpAddress } from "../../src/base/address.js";
import type { Endpoint } from "../../src/base/endpoint.js";
import type { BootMillis, Millis } from "../../src/base/time.js";
import { textOf } from "./places.js";
import type { Seeded } from "./seeded.js";

/** What of the outside's endpoint makes a difference. */
export type Dependence = "independent" | "address" | "address-and-port";
export const DEPENDENCES: readonly Dependence[] = ["independent", "address", "address-and-port"];

export interface NatOptions {
  /** §4.1: for which outsides the inside keeps one external port. */
  readonly mapping: Dependence;
  /** §5: who outside may answer. */
  readonly filtering: Dependence;
  /** How long a mapping lasts without being refreshed; what goes out refreshes it. */
  readonly lifetime: Millis;
  /** §4.3: whether what comes in refreshes it too. */
  readonly inboundRefresh: boolean;
}

interface Mapping {
  readonly key: string;
  readonly inside: Endpoint;
  /** What the outside sees. */
  readonly external: Endpoint;
  expiresAt: BootMillis;
  /** Until when those outside may send, by what the filter looks at. */
  readonly admitted: Map<string, BootMillis>;
}

const FIRST_PORT = 1024;

export class Nat {
  readonly #mappings = new Map<string, Mapping>();
  readonly #byPort = new Map<number, Mapping>();
  readonly #portsUsed = new Set<number>();
  #lifetime: Millis;

  constructor(
    readonly name: string,
    /** What the outside sees; a restart may bring another. */
    public address: IpAddress,
    readonly options: NatOptions,
    private readonly random: Seeded,
  ) {
    this.#lifetime = options.lifetime;
  }

  outbound(inside: Endpoint, outside: Endpoint, now: BootMillis): Endpoint {
    const { mapping, filtering } = this.options;
    const key = `${textOf(inside)} ${seenBy(mapping, outside)}`;
    const known = this.#mappings.get(key);
    const used = known && now < known.expiresAt ? known : this.#map(key, inside);
    used.expiresAt = now + this.#lifetime;
    used.admitted.set(seenBy(filtering, outside), used.expiresAt);
    return used.external;
  }

  /** @returns undefined for what is not let in */
  inbound(outside: Endpoint, port: number, now: BootMillis): Endpoint | undefined {
    const { filtering, inboundRefresh } = this.options;
    const mapping = this.#byPort.get(port);
    if (mapping === undefined || now >= mapping.expiresAt) return undefined;
    const from = seenBy(filtering, outside);
    const admittedUntil = filtering === "independent" ? mapping.expiresAt : mapping.admitted.get(from);
    if (admittedUntil === undefined || now >= admittedUntil) return undefined;
    if (inboundRefresh) {
      mapping.expiresAt = now + this.#lifetime;
      mapping.admitted.set(from, mapping.expiresAt);
    }
    return mapping.inside;
  }

  /** Loses what it knows of someone inside, who gets other ports from now on. @returns how many mappings there were */
  rebind(inside: Endpoint): number {
    const lost = [...this.#mappings.values()].filter((mapping) => textOf(mapping.inside) === textOf(inside));
    for (const mapping of lost) this.#forget(mapping);
    return lost.length;
  }

  /** Loses everything, and perhaps its address. */
  restart(address: IpAddress = this.address): void {
    for (const mapping of [...this.#mappings.values()]) this.#forget(mapping);
    this.address = address;
  }

  /** Forgets nothing by itself from now on. */
  remember(now: BootMillis): void {
    this.#lifetime = Number.POSITIVE_INFINITY;
    for (const mapping of this.#mappings.values()) {
      if (now >= mapping.expiresAt) continue;
      mapping.expiresAt = this.#lifetime;
      for (const [outside, until] of mapping.admitted) if (now < until) mapping.admitted.set(outside, this.#lifetime);
    }
  }

  isAt(address: IpAddress): boolean {
    return formatAddress(this.address) === formatAddress(address);
  }

  #map(key: string, inside: Endpoint): Mapping {
    const old = this.#mappings.get(key);
    if (old) this.#forget(old);
    const external = { address: this.address, port: this.#newPort(), scope: 0 };
    const mapping = { key, inside, external, expiresAt: 0, admitted: new Map() };
    this.#mappings.set(key, mapping);
    this.#byPort.set(external.port, mapping);
    return mapping;
  }

  #newPort(): number {
    for (;;) {
      const port = FIRST_PORT + this.random.below(65_536 - FIRST_PORT);
      if (this.#portsUsed.has(port)) continue;
      this.#portsUsed.add(port);
      return port;
    }
  }

  #forget(mapping: Mapping): void {
    this.#mappings.delete(mapping.key);
    this.#byPort.delete(mapping.external.port);
  }
}

function seenBy(dependence: Dependence, outside: Endpoint): string {
  if (dependence === "independent") return "";
  return dependence === "address" ? formatAddress(outside.address) : textOf(outside);
}
