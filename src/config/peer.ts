import type { PublicKey } from "../base/keys.js";
import { formatPrefix, type IpPrefix } from "../base/prefix.js";
import { defaultPeerName, type PeerConfig } from "./config.js";
import { missingKey, prefixRepeated } from "./errors.js";
import { PEER_KEYS } from "./keys.js";
import type { Findings } from "./problems.js";
import { type SecretSource, secretOf } from "./secret-files.js";
import type { Located, Section } from "./sections.js";

/** What one [Peer] says, as far as it could be read, with the lines that the checks between sections name. */
export interface PeerDraft {
  /** The header's line. */
  readonly line: number;
  /** How problems call it. */
  readonly label: string;
  /** The name and the line that gives it. Undefined when neither `Name` nor a public key gives one. */
  readonly name: Located<string> | undefined;
  readonly publicKey: Located<PublicKey> | undefined;
  /** Each prefix once. */
  readonly allowedIps: readonly Located<IpPrefix>[];
  /** Undefined without a public key. */
  readonly config: PeerConfig | undefined;
}

export function readPeer(section: Section, source: SecretSource, findings: Findings): PeerDraft {
  const publicKey = section.one(PEER_KEYS.publicKey);
  if (!section.has(PEER_KEYS.publicKey)) findings.error(section.line, noPublicKey());
  const keys = { inline: PEER_KEYS.presharedKey, file: PEER_KEYS.presharedKeyFile };
  const presharedKey = secretOf(section, keys, source, findings)?.value;
  const name = section.one(PEER_KEYS.name) ?? (publicKey && { line: section.line, value: defaultPeerName(publicKey.value) });
  const allowedIps = distinctPrefixes(section.all(PEER_KEYS.allowedIps), findings);
  return {
    line: section.line,
    label: name?.value ?? `of line ${section.line}`,
    name,
    publicKey,
    allowedIps,
    config: publicKey && {
      name: name?.value ?? defaultPeerName(publicKey.value),
      publicKey: publicKey.value,
      presharedKey,
      allowedIps: allowedIps.map(({ value }) => value),
      endpoint: section.one(PEER_KEYS.endpoint)?.value,
      persistentKeepalive: section.one(PEER_KEYS.persistentKeepalive)?.value ?? 0,
    },
  };
}

function distinctPrefixes(prefixes: readonly Located<IpPrefix>[], findings: Findings): Located<IpPrefix>[] {
  const lines = new Map<string, number>();
  return prefixes.filter(({ value, line }) => {
    const prefix = formatPrefix(value);
    const firstLine = lines.get(prefix);
    if (firstLine === undefined) lines.set(prefix, line);
    else findings.warning(line, prefixRepeated({ prefix, firstLine }));
    return firstLine === undefined;
  });
}

function noPublicKey() {
  return missingKey({ name: "PublicKey", section: "Peer", remedy: "write what tunvpn pubkey prints on the peer" });
}
