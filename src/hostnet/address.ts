import { formatPrefix, parsePrefix } from "../base/prefix.js";
import { type OnDevice, parseOnDevice, type ResourceBase, type ResourceKind, STAGE, type Stage } from "./resource.js";

/** An address of an interface. Its connected and local routes come and go with it. */
export interface Address extends ResourceBase, OnDevice {
  readonly kind: "address";
  /** `ADDRESS/LENGTH`. */
  readonly prefix: string;
}

/** `nodad` is not needed: a TUN device has no neighbours (NOARP), and the kernel looks for no duplicates there. */
export const addresses: ResourceKind<Address> = {
  key: ({ device, prefix }) => `address ${prefix} dev ${device}`,
  commands(before, after) {
    const lines = [];
    if (before !== null) lines.push(`addr del ${before.prefix} dev ${before.device}`);
    if (after !== null) lines.push(`addr add ${after.prefix} dev ${after.device}`);
    return lines;
  },
  stage: (before, after) => (after === null ? removalStage(before) : STAGE.addressAddition),
  value: () => "",
  parse(fields) {
    const place = parseOnDevice(fields);
    const prefix = typeof fields.prefix === "string" ? parsePrefix(fields.prefix) : undefined;
    return place && prefix && { kind: "address", ...place, prefix: formatPrefix(prefix) };
  },
  seen(observed, device) {
    const own = observed.addresses.filter((address) => address.device === device && address.remote === null);
    return own.map(({ ifindex, prefix, plain }) => ({
      resource: { kind: "address", device, ifindex, prefix: formatPrefix(prefix) },
      restorable: plain,
    }));
  },
};

function removalStage(address: Address | null): Stage {
  return address?.prefix.includes(":") ? STAGE.ipv6AddressRemoval : STAGE.ipv4AddressRemoval;
}
