import { addressBits } from "../base/address.js";
import type { ConfiguredEndpoint } from "../base/endpoint.js";
import { OperatorError, OperatorErrors } from "../base/errors.js";
import { InvariantViolation } from "../base/invariant.js";
import { PublicKey, type SecretKey } from "../base/keys.js";
import { covers, formatPrefix, type IpPrefix, networkOf } from "../base/prefix.js";
import type { CryptoSuite } from "../crypto/suite.js";
import { DEFAULT_MTU, type InterfaceConfig, type PeerConfig } from "./config.js";
import { pairImpossible, unsupportedKey } from "./errors.js";
import { PEER_KEYS } from "./keys.js";
import { parseConfig } from "./parse.js";
import { problemError } from "./problems.js";
import { formatConfig } from "./write.js";

/** One of two sites to be joined. */
export interface PairSite {
  /** What the other side calls it. */
  readonly name: string;
  readonly privateKey: SecretKey;
  /** Where the other side reaches it. Undefined: it has to call. */
  readonly endpoint?: ConfiguredEndpoint | undefined;
  /** 0: the endpoint's port, or any without one. */
  readonly listenPort: number;
  /** In the overlay, host bits kept. */
  readonly addresses: readonly IpPrefix[];
  /** The networks behind it. */
  readonly lans: readonly IpPrefix[];
}

/** The value that WireGuard's users know. Linux forgets a UDP flow after 30 s. */
const NAT_KEEPALIVE = 25;

/**
 * Two files that match: each side's key, addresses and networks are the other's peer. A side without an endpoint keeps the
 * way open itself.
 *
 * @returns the text of each side's file
 * @throws OperatorErrors with everything that keeps the two from being joined
 */
export function buildPair(
  sites: { readonly a: PairSite; readonly b: PairSite; readonly presharedKey?: SecretKey | undefined },
  suite: CryptoSuite,
): { readonly a: string; readonly b: string } {
  const { a, b, presharedKey } = sites;
  const faults = [...nameFaults(a), ...nameFaults(b), ...endpointFaults(a, b), ...lanFaults(a, b)];
  if (faults.length > 0) throw new OperatorErrors(faults);
  const texts = { a: fileOf(a, b, presharedKey, suite), b: fileOf(b, a, presharedKey, suite) };
  const problems = [...problemsOf(a, texts.a, suite), ...problemsOf(b, texts.b, suite)];
  if (problems.length > 0) throw new OperatorErrors(problems);
  return texts;
}

function fileOf(own: PairSite, other: PairSite, presharedKey: SecretKey | undefined, suite: CryptoSuite): string {
  const ownInterface: InterfaceConfig = {
    privateKey: own.privateKey,
    publicKey: publicKeyOf(own, suite),
    listenPort: own.listenPort === 0 ? (own.endpoint?.port ?? 0) : own.listenPort,
    fwMark: 0,
    addresses: own.addresses,
    mtu: DEFAULT_MTU,
    networkName: "",
    networkKey: undefined,
    queues: 0,
  };
  const peer: PeerConfig = {
    name: other.name,
    publicKey: publicKeyOf(other, suite),
    presharedKey,
    allowedIps: [...other.addresses.map(hostOf), ...other.lans.map(networkOf)],
    endpoint: other.endpoint,
    persistentKeepalive: own.endpoint === undefined ? NAT_KEEPALIVE : 0,
  };
  return formatConfig({ interface: ownInterface, peers: [peer] }, [`The site ${own.name}. This file holds its private key: mode 0600.`]);
}

/** What the file's own reader says against it. */
function problemsOf(site: PairSite, text: string, suite: CryptoSuite): OperatorError[] {
  const path = `${site.name}.conf`;
  // The caller chooses the name of the file: any valid one stands in for it here.
  const { problems, unsupported } = parseConfig(text, { name: "pair", path, suite, readSecret: noOtherFile });
  const refused = unsupported.length === 0 ? [] : [unsupportedKey({ path, unsupported })];
  return [...problems.map((problem) => problemError(path, problem)), ...refused];
}

function noOtherFile(path: string): never {
  throw new InvariantViolation(`a pair names no other file, such as ${path}`);
}

function nameFaults(site: PairSite): OperatorError[] {
  const name = PEER_KEYS.name.parse(site.name, PEER_KEYS.name);
  return name instanceof OperatorError ? [name] : [];
}

function endpointFaults(a: PairSite, b: PairSite): OperatorError[] {
  if (a.endpoint !== undefined || b.endpoint !== undefined) return [];
  return [
    impossible("neither has an endpoint, so neither can call the other", "give the endpoint of the one that can be reached from outside"),
  ];
}

function lanFaults(a: PairSite, b: PairSite): OperatorError[] {
  const clashes = a.lans.flatMap((ours) =>
    b.lans.filter((theirs) => covers(ours, theirs) || covers(theirs, ours)).map((theirs) => ({ ours, theirs })),
  );
  return clashes.map(({ ours, theirs }) => {
    const why = `the network ${formatPrefix(networkOf(ours))} of ${a.name} overlaps ${formatPrefix(networkOf(theirs))} of ${b.name}`;
    return impossible(why, "renumber one of the two, or leave it out");
  });
}

function impossible(why: string, remedy: string): OperatorError {
  return pairImpossible({ why, remedy });
}

function hostOf(address: IpPrefix): IpPrefix {
  return { address: address.address, length: addressBits(address.address.family) };
}

function publicKeyOf(site: PairSite, suite: CryptoSuite): PublicKey {
  return new PublicKey(suite.publicKey(site.privateKey.bytes));
}
