import { PublicKey, type SecretKey } from "../base/keys.js";
import type { IpPrefix } from "../base/prefix.js";
import type { CryptoSuite } from "../crypto/suite.js";
import { DEFAULT_MTU, type InterfaceConfig } from "./config.js";
import { missingKey } from "./errors.js";
import { INTERFACE_KEYS } from "./keys.js";
import type { Findings } from "./problems.js";
import { type SecretSource, secretOf } from "./secret-files.js";
import type { Located, Section } from "./sections.js";

/** What [Interface] says, as far as it could be read, with the lines that the checks between sections name. */
export interface InterfaceDraft {
  readonly publicKey: PublicKey | undefined;
  readonly addresses: readonly Located<IpPrefix>[];
  readonly mtu: Located<number> | undefined;
  /** Undefined when there is no usable private key. */
  readonly config: InterfaceConfig | undefined;
}

export function readInterface(
  section: Section,
  source: SecretSource & { readonly suite: CryptoSuite },
  findings: Findings,
): InterfaceDraft {
  const keys = { inline: INTERFACE_KEYS.privateKey, file: INTERFACE_KEYS.privateKeyFile };
  const privateKey = secretOf(section, keys, source, findings)?.value;
  if (!section.has(keys.inline) && !section.has(keys.file)) findings.error(section.line, noPrivateKey());
  const publicKey = privateKey && new PublicKey(source.suite.publicKey(privateKey.bytes));
  return {
    publicKey,
    addresses: section.all(INTERFACE_KEYS.address),
    mtu: section.one(INTERFACE_KEYS.mtu),
    config: privateKey && publicKey && interfaceConfig(section, privateKey, publicKey),
  };
}

function interfaceConfig(section: Section, privateKey: SecretKey, publicKey: PublicKey): InterfaceConfig {
  return {
    privateKey,
    publicKey,
    listenPort: section.one(INTERFACE_KEYS.listenPort)?.value ?? 0,
    fwMark: section.one(INTERFACE_KEYS.fwMark)?.value ?? 0,
    addresses: section.all(INTERFACE_KEYS.address).map(({ value }) => value),
    mtu: section.one(INTERFACE_KEYS.mtu)?.value ?? DEFAULT_MTU,
    networkName: section.one(INTERFACE_KEYS.networkName)?.value ?? "",
    networkKey: section.one(INTERFACE_KEYS.networkKey)?.value,
    queues: section.one(INTERFACE_KEYS.queues)?.value ?? 0,
  };
}

function noPrivateKey() {
  return missingKey({
    name: "PrivateKey",
    section: "Interface",
    remedy: "make one with tunvpn genkey, or name its file with PrivateKeyFile",
  });
}
