import { isDeepStrictEqual } from "node:util";
import { type Address, addresses } from "./address.js";
import { type LinkAttribute, linkAttributes } from "./link-attribute.js";
import type { ObservedState } from "./observed.js";
import type { ResourceKind, Seen } from "./resource.js";
import { type Route, routes } from "./route.js";

/** Everything in the kernel that this program may change. */
export type Resource = LinkAttribute | Address | Route;

const KINDS: { readonly [kind in Resource["kind"]]: ResourceKind<Resource & { kind: kind }> } = {
  link: linkAttributes,
  address: addresses,
  route: routes,
};

/** The kind of a resource, for calls with resources of that kind. */
export function kindOf(resource: Resource): ResourceKind<Resource> {
  // Sound as long as callers pass no resource of another kind: the key, which starts with the kind, sees to that.
  return KINDS[resource.kind] as ResourceKind<Resource>;
}

export function keyOf(resource: Resource): string {
  return kindOf(resource).key(resource);
}

export function sameResource(a: Resource | null, b: Resource | null): boolean {
  return isDeepStrictEqual(a, b);
}

/** @returns undefined when the value, read from a journal, is no resource that this version knows */
export function parseResource(value: unknown): Resource | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  return isKind(fields.kind) ? KINDS[fields.kind].parse(fields) : undefined;
}

/** All resources that concern the interface, by key. */
export function seenResources(observed: ObservedState, device: string): Map<string, Seen<Resource>> {
  const seen = Object.values(KINDS).flatMap((kind: ResourceKind<Resource>) => kind.seen(observed, device));
  // A route of the kernel's may stand beside one of someone's that is otherwise the same: theirs counts.
  const restorableLast = seen.toSorted((a, b) => Number(a.restorable) - Number(b.restorable));
  return new Map(restorableLast.map((one) => [keyOf(one.resource), one]));
}

function isKind(kind: unknown): kind is Resource["kind"] {
  return typeof kind === "string" && Object.hasOwn(KINDS, kind);
}
