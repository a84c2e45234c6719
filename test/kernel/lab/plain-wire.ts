import type { Machine } from "./machine.js";

const FEATURES = ["tx", "tso", "gso", "gro", "tx-udp-segmentation"];

/** From here on what leaves by the device is on its wire as a network card would put it there: whole packets with whole checksums. */
export async function withoutOffloads(machine: Machine, device: string): Promise<void> {
  await machine.must(["ethtool", "-K", device, ...FEATURES.flatMap((feature) => [feature, "off"])]);
}
