import { IPV6_MIN_MTU } from "./desired.js";
import { linkNamed, type ObservedState } from "./observed.js";
import { type OnDevice, parseOnDevice, type ResourceBase, type ResourceKind, STAGE, type Stage } from "./resource.js";

/** One setting of an interface. The interface itself is made and removed elsewhere, and all its settings with it. */
export interface LinkAttribute extends ResourceBase, OnDevice {
  readonly kind: "link";
  readonly attribute: "mtu" | "admin" | "addrgenmode";
  /** A number of bytes; `up` or `down`; a mode as iproute2 names it. */
  readonly value: string;
}

export const linkAttributes: ResourceKind<LinkAttribute> = {
  key: ({ device, attribute }) => `link ${device} ${attribute}`,
  commands(_before, after) {
    if (after === null) return [];
    const setting = after.attribute === "admin" ? after.value : `${after.attribute} ${after.value}`;
    return [`link set dev ${after.device} ${setting}`];
  },
  stage: (before, after) => stageOf(after ?? before),
  value: ({ value }) => value,
  parse(fields) {
    const place = parseOnDevice(fields);
    const { attribute, value } = fields;
    if (place === undefined || typeof value !== "string") return undefined;
    if (attribute === "mtu" && /^\d{1,10}$/.test(value)) return { kind: "link", ...place, attribute, value };
    if (attribute === "admin" && (value === "up" || value === "down")) return { kind: "link", ...place, attribute, value };
    if (attribute === "addrgenmode" && /^[a-z0-9_]+$/.test(value)) return { kind: "link", ...place, attribute, value };
    return undefined;
  },
  seen: (observed, device) => attributesOf(observed, device).map((resource) => ({ resource, restorable: false })),
};

function stageOf(attribute: LinkAttribute | null): Stage {
  if (attribute?.attribute === "admin") return attribute.value === "up" ? STAGE.up : STAGE.down;
  if (attribute?.attribute === "mtu") return Number(attribute.value) >= IPV6_MIN_MTU ? STAGE.mtu : STAGE.mtuWithoutIpv6;
  return attribute?.value === "none" ? STAGE.addrGenModeNone : STAGE.addrGenModeOther;
}

function attributesOf(observed: ObservedState, device: string): LinkAttribute[] {
  const link = linkNamed(observed, device);
  if (link === undefined) return [];
  const base = { kind: "link", device, ifindex: link.ifindex } as const;
  const attributes: LinkAttribute[] = [
    { ...base, attribute: "mtu", value: String(link.mtu) },
    { ...base, attribute: "admin", value: link.up ? "up" : "down" },
  ];
  // Below its least MTU IPv6 is gone from the link, and comes back with this mode.
  const mode = link.addrGenMode ?? (link.mtu < IPV6_MIN_MTU ? "eui64" : null);
  if (mode !== null) attributes.push({ ...base, attribute: "addrgenmode", value: mode });
  return attributes;
}
