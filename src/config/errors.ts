import { type ErrorEntry, EXIT, operatorError } from "../base/errors.js";
import type { Unsupported } from "./problems.js";
import { quote } from "./quote.js";

/** What can be wrong with a config file. Messages name no file and no line: a problem carries those. */

export const interfaceNameInvalid = configError<{ name: string }>(
  "IF_NAME_INVALID",
  ({ name }) => `the file's base name makes the interface ${quote(name)}, which is not a name it can have`,
  () => "rename the file to 1–15 of the characters a–z A–Z 0–9 _ = + . - followed by .conf",
);

export const lineInvalid = configError(
  "LINE_INVALID",
  () => "the line is neither a [Section], nor a comment, nor Key = value with a word for its key",
  () => "write Key = value; a comment starts with #",
);

export const sectionMalformed = configError<{ name: string }>(
  "SECTION_MALFORMED",
  ({ name }) => `the section header ${quote(name)} does not stand in brackets alone on its line`,
  ({ name }) => `write [${name}]`,
);

export const sectionUnknown = configError<{ name: string; nearest: string | undefined }>(
  "SECTION_UNKNOWN",
  ({ name }) => `there is no section ${quote(name)}`,
  ({ nearest }) => (nearest === undefined ? "use [Interface] and [Peer]" : `write [${nearest}]`),
);

export const sectionRepeated = configError<{ firstLine: number }>(
  "SECTION_REPEATED",
  ({ firstLine }) => `there is an [Interface] section already, in line ${firstLine}`,
  () => "keep one [Interface] a file; a second interface has a file of its own",
);

export const sectionMissing = configError(
  "SECTION_MISSING",
  () => "there is no [Interface] section",
  () => "add [Interface] with a PrivateKey",
);

export const keyOutsideSection = configError<{ name: string; section: string | undefined }>(
  "KEY_OUTSIDE_SECTION",
  ({ name }) => `${name} stands before any section`,
  ({ section }) => `put [${section ?? "Interface"}] above it`,
);

export const unknownKey = configError<{
  name: string;
  section: string;
  nearest: { name: string; section: string } | undefined;
  known: readonly string[];
}>(
  "UNKNOWN_KEY",
  ({ name, section }) => `[${section}] has no key ${quote(name)}`,
  ({ section, nearest, known }) => {
    if (nearest === undefined) return `use one of ${known.join(", ")}, or a name that starts with X- for notes of your own`;
    return nearest.section === section ? `write ${nearest.name}` : `write ${nearest.name}, which belongs in [${nearest.section}]`;
  },
);

export const misplacedKey = configError<{ name: string; section: string; belongs: string }>(
  "MISPLACED_KEY",
  ({ name, section, belongs }) => `${name} stands in [${section}], but belongs in [${belongs}]`,
  ({ belongs }) => `move it to ${belongs === "Peer" ? "the [Peer] section it is about" : "[Interface]"}`,
);

export const repeatedKey = configError<{ name: string; firstLine: number }>(
  "REPEATED_KEY",
  ({ name, firstLine }) => `${name} takes one value and has one already, in line ${firstLine}`,
  () => "keep one of the two lines; if this is another peer, put [Peer] above it",
);

export const missingKey = configError<{ name: string; section: string; remedy: string }>(
  "MISSING_KEY",
  ({ name, section }) => `[${section}] has no ${name}`,
  ({ remedy }) => remedy,
);

export const conflictingKeys = configError<{ name: string; other: string; otherLine: number }>(
  "CONFLICTING_KEYS",
  ({ name, other, otherLine }) => `${name} and ${other} (line ${otherLine}) exclude each other`,
  () => "keep one of the two lines",
);

export const valueInvalid = configError<{ name: string; text: string; why: string; values: string; example: string }>(
  "VALUE_INVALID",
  ({ name, text, why }) => (text === "" ? `${name} ${why}` : `${name} ${quote(text)} ${why}`),
  ({ name, values, example }) => `write ${values}, such as ${name} = ${example}`,
);

/** Says what is wrong with a key without showing it. */
export const keyMalformed = configError<{ name: string; why: string; remedy: string }>(
  "KEY_MALFORMED",
  ({ name, why }) => `${name} ${why}`,
  ({ remedy }) => remedy,
);

export const privateKeyZero = configError<{ name: string }>(
  "PRIVATE_KEY_ZERO",
  ({ name }) => `${name} is 32 zero bytes, which everybody knows`,
  () => "make a key with: tunvpn genkey",
);

export const publicKeyUnusable = configError<{ name: string }>(
  "PUBLIC_KEY_UNUSABLE",
  ({ name }) => `${name} is no point of Curve25519 that could be anyone's key: it is not canonical, or of low order`,
  () => "ask the peer for the output of: tunvpn pubkey",
);

export const addressUnusable = configError<{ address: string; why: string }>(
  "ADDRESS_UNUSABLE",
  ({ address, why }) => `Address ${address} is ${why}, which no interface can have`,
  () => "write an address of your own network, such as Address = 10.0.0.1/24",
);

export const addressRepeated = configError<{ address: string; firstLine: number }>(
  "ADDRESS_REPEATED",
  ({ address, firstLine }) => `the interface has the address ${address} already, from line ${firstLine}`,
  () => "remove one of the two",
);

export const addressIsNetwork = configError<{ address: string }>(
  "ADDRESS_IS_NETWORK",
  ({ address }) => `Address ${address} is the address of the network itself, not of a host in it`,
  () => "write this node's own address with the network's length, such as 10.0.0.1/24",
);

export const mtuBelowIpv6 = configError<{ mtu: number; because: string }>(
  "MTU_BELOW_IPV6",
  ({ mtu, because }) => `MTU ${mtu} is below the 1280 that IPv6 needs, and ${because} is IPv6`,
  () => "raise MTU to 1280 or more, or remove it",
);

export const peerIsSelf = configError(
  "PEER_IS_SELF",
  () => "the peer's PublicKey belongs to this file's own private key",
  () => "write the public key of the other side here",
);

export const peerRepeated = configError<{ peer: string; other: string; otherLine: number }>(
  "PEER_REPEATED",
  ({ peer, other, otherLine }) => `peer ${peer} has the PublicKey of peer ${other} (line ${otherLine})`,
  () => "merge the two [Peer] sections, or give this one the key of the node it is about",
);

export const peerNameRepeated = configError<{ name: string; otherLine: number }>(
  "PEER_NAME_REPEATED",
  ({ name, otherLine }) => `the peer of line ${otherLine} is called ${name} too`,
  () => "give one of the two another Name",
);

export const prefixConflict = configError<{ prefix: string; peer: string; other: string; otherLine: number }>(
  "PREFIX_CONFLICT",
  ({ prefix, peer, other, otherLine }) => `AllowedIPs ${prefix} of peer ${peer} belongs to peer ${other} (line ${otherLine}) already`,
  () => "leave it with one of the two peers; a longer prefix inside it may go to the other",
);

export const prefixRepeated = configError<{ prefix: string; firstLine: number }>(
  "PREFIX_REPEATED",
  ({ prefix, firstLine }) => `AllowedIPs ${prefix} is given twice for the same peer, first in line ${firstLine}`,
  () => "remove one of the two",
);

export const prefixIsOwnAddress = configError<{ prefix: string; peer: string; addressLine: number }>(
  "PREFIX_IS_OWN_ADDRESS",
  ({ prefix, peer, addressLine }) => `AllowedIPs ${prefix} of peer ${peer} is this node's own Address (line ${addressLine})`,
  () => "write the peer's address there, or correct Address",
);

export const noPeers = configError(
  "NO_PEERS",
  () => "there is no [Peer] section, so the interface reaches nobody",
  () => "add a [Peer] with the other side's PublicKey and AllowedIPs",
);

/** Refuses a valid file for the settings that this version does not act on. The list is not empty. */
export const unsupportedKey = configError<{ path: string; unsupported: readonly Unsupported[] }>(
  "UNSUPPORTED_KEY",
  ({ path, unsupported }) => `${path} asks for what this version does not do: ${listed(unsupported)}`,
  () => "remove these settings, or see to them outside tunvpn",
);

/** Refuses to write a pair of files. */
export const pairImpossible = configError<{ why: string; remedy: string }>(
  "PAIR_IMPOSSIBLE",
  ({ why }) => `no pair of files can join these two sites: ${why}`,
  ({ remedy }) => remedy,
);

function configError<Facts = void>(code: string, message: (facts: Facts) => string, fix: (facts: Facts) => string): ErrorEntry<Facts> {
  return operatorError(code, message, fix, EXIT.usage);
}

function listed(unsupported: readonly Unsupported[]): string {
  return unsupported.map(({ key, line, reason }) => `${key} (line ${line}: ${reason})`).join(", ");
}
