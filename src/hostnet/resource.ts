import type { ObservedState } from "./observed.js";

/** What every resource has. All its fields are plain text and numbers: it is stored in the undo journal as it is. */
export interface ResourceBase {
  readonly kind: string;
}

/** A resource that lives on an interface, and only on the one with this index. */
export interface OnDevice {
  readonly device: string;
  /** 0 while the interface does not exist. */
  readonly ifindex: number;
}

/** A resource as it was seen. */
export interface Seen<R> {
  readonly resource: R;
  /** It is no one's but its maker's, and can be made again in full, should a change of ours take it along. */
  readonly restorable: boolean;
}

/**
 * One kind of thing in the kernel. Each has a file of its own and a line in `kinds.ts`; only the plan, which
 * makes them out of what is desired, knows them apart.
 *
 * `null` stands for a resource that is absent.
 */
export interface ResourceKind<R extends ResourceBase> {
  /** Two resources with the same key cannot be there at once. Starts with the kind. */
  key(resource: R): string;
  /** Lines for `ip -batch` that lead from one to the other. */
  commands(before: R | null, after: R | null): string[];
  /** When, among other steps, this one may run. */
  stage(before: R | null, after: R | null): Stage;
  /** What distinguishes it from others of its key, for people; "" when nothing does. */
  value(resource: R): string;
  /** @returns undefined when the fields, read from a journal, are not such a resource */
  parse(fields: Readonly<Record<string, unknown>>): R | undefined;
  /** All of this kind that concern the interface. */
  seen(observed: ObservedState, device: string): Seen<R>[];
}

/**
 * The order of steps.
 *
 * IPv4 addresses are added before others are removed, for with an interface's last one the kernel drops all its IPv4 routes. IPv6 addresses
 * are removed first, for the same one with another length is refused. An interface that goes down loses its IPv6 addresses, and one whose
 * MTU falls below 1280 all IPv6: both come last.
 */
export const STAGE = {
  routeRemoval: 0,
  mtu: 1,
  addrGenModeNone: 2,
  up: 3,
  ipv6AddressRemoval: 4,
  addressAddition: 5,
  ipv4AddressRemoval: 6,
  routeAddition: 7,
  down: 8,
  addrGenModeOther: 9,
  mtuWithoutIpv6: 10,
} as const;
export type Stage = (typeof STAGE)[keyof typeof STAGE];

/** @returns undefined unless the fields name an interface by name and index */
export function parseOnDevice(fields: Readonly<Record<string, unknown>>): OnDevice | undefined {
  const { device, ifindex } = fields;
  // A batch is split at white space: a name with any would be read as more words.
  if (typeof device !== "string" || !/^[^\s/]{1,15}$/.test(device)) return undefined;
  return typeof ifindex === "number" && Number.isSafeInteger(ifindex) ? { device, ifindex } : undefined;
}
