/** Kinds of DATA, by their value on the wire. @see docs/protocol.md §3 */
export const KIND = {
  /** IP packet, padding. Empty: a keepalive. */
  ip: 0x00,
  /** The same, its checksum left for the receiver's kernel. */
  ipPartial: 0x01,
  /** Length, Ethernet frame, padding. Empty: a keepalive. */
  ethernet: 0x10,
  /** The same, its checksum left for the receiver's kernel. */
  ethernetPartial: 0x11,
  probe: 0xe0,
  control: 0xf0,
} as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

/** All kinds, in the order of the subkey arrays that the shim takes. */
export const KINDS: readonly Kind[] = [KIND.ip, KIND.ipPartial, KIND.ethernet, KIND.ethernetPartial, KIND.probe, KIND.control];

export function isKind(byte: number | undefined): byte is Kind {
  return KINDS.some((kind) => kind === byte);
}
