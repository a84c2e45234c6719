import { addressBits, formatAddress } from "../base/address.js";
import { formatPrefix, type IpPrefix, networkOf } from "../base/prefix.js";
import {
  addressIsNetwork,
  addressRepeated,
  mtuBelowIpv6,
  peerIsSelf,
  peerNameRepeated,
  peerRepeated,
  prefixConflict,
  prefixIsOwnAddress,
} from "./errors.js";
import type { InterfaceDraft } from "./interface.js";
import type { PeerDraft } from "./peer.js";
import type { Findings } from "./problems.js";
import type { Located } from "./sections.js";

/** Smallest MTU of a link that carries IPv6. @see RFC 8200 §5 */
const IPV6_MTU = 1280;

/** What single values cannot show: whether the sections fit each other. */
export function checkTogether(own: InterfaceDraft | undefined, peers: readonly PeerDraft[], findings: Findings): void {
  if (own) {
    checkAddresses(own.addresses, findings);
    checkMtu(own, peers, findings);
    checkNotSelf(own, peers, findings);
  }
  const distinct = checkPublicKeys(peers, findings);
  checkNames(distinct, findings);
  checkPrefixes(own?.addresses ?? [], distinct, findings);
}

function checkAddresses(addresses: readonly Located<IpPrefix>[], findings: Findings): void {
  const lines = new Map<string, number>();
  for (const { value, line } of addresses) {
    const address = formatAddress(value.address);
    const firstLine = lines.get(address);
    if (firstLine !== undefined) findings.error(line, addressRepeated({ address, firstLine }));
    lines.set(address, firstLine ?? line);
    const hasHosts = value.length < addressBits(value.address.family) - 1;
    if (hasHosts && formatPrefix(networkOf(value)) === formatPrefix(value)) {
      findings.warning(line, addressIsNetwork({ address: formatPrefix(value) }));
    }
  }
}

function checkMtu(own: InterfaceDraft, peers: readonly PeerDraft[], findings: Findings): void {
  if (own.mtu === undefined || own.mtu.value >= IPV6_MTU) return;
  const ipv6 = ({ value }: Located<IpPrefix>) => value.address.family === 6;
  const address = own.addresses.find(ipv6);
  const prefix = address ?? peers.flatMap((peer) => peer.allowedIps).find(ipv6);
  if (prefix === undefined) return;
  const because = `${address ? "Address" : "AllowedIPs"} ${formatPrefix(prefix.value)} (line ${prefix.line})`;
  findings.error(own.mtu.line, mtuBelowIpv6({ mtu: own.mtu.value, because }));
}

function checkNotSelf(own: InterfaceDraft, peers: readonly PeerDraft[], findings: Findings): void {
  for (const { publicKey } of peers) {
    if (publicKey && own.publicKey?.equals(publicKey.value)) findings.error(publicKey.line, peerIsSelf());
  }
}

/** @returns the peers less those that repeat another: what those repeat besides needs no words of its own */
function checkPublicKeys(peers: readonly PeerDraft[], findings: Findings): PeerDraft[] {
  const owners = new Map<string, PeerDraft>();
  return peers.filter((peer) => {
    if (peer.publicKey === undefined) return true;
    const key = peer.publicKey.value.toString();
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, peer);
    else findings.error(peer.publicKey.line, peerRepeated({ peer: peer.label, other: owner.label, otherLine: owner.line }));
    return owner === undefined;
  });
}

function checkNames(peers: readonly PeerDraft[], findings: Findings): void {
  const owners = new Map<string, PeerDraft>();
  for (const peer of peers) {
    if (peer.name === undefined) continue;
    const owner = owners.get(peer.name.value);
    if (owner === undefined) owners.set(peer.name.value, peer);
    else findings.error(peer.name.line, peerNameRepeated({ name: peer.name.value, otherLine: owner.line }));
  }
}

function checkPrefixes(addresses: readonly Located<IpPrefix>[], peers: readonly PeerDraft[], findings: Findings): void {
  const ownLines = new Map(addresses.map(({ value, line }) => [hostPrefix(value), line]));
  const owners = new Map<string, { readonly peer: PeerDraft; readonly line: number }>();
  for (const peer of peers) {
    for (const { value, line } of peer.allowedIps) {
      const prefix = formatPrefix(value);
      const addressLine = ownLines.get(prefix);
      if (addressLine !== undefined) findings.error(line, prefixIsOwnAddress({ prefix, peer: peer.label, addressLine }));
      const owner = owners.get(prefix);
      if (owner === undefined) owners.set(prefix, { peer, line });
      else findings.error(line, prefixConflict({ prefix, peer: peer.label, other: owner.peer.label, otherLine: owner.line }));
    }
  }
}

/** The address alone, as AllowedIPs would name it. */
function hostPrefix(address: IpPrefix): string {
  return formatPrefix({ address: address.address, length: addressBits(address.address.family) });
}
