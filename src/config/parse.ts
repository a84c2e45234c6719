import { isInterfaceName } from "../base/interface-name.js";
import type { CryptoSuite } from "../crypto/suite.js";
import { checkTogether } from "./checks.js";
import type { Config } from "./config.js";
import { interfaceNameInvalid, noPeers, sectionMissing } from "./errors.js";
import { readInterface } from "./interface.js";
import { readPeer } from "./peer.js";
import { Findings, type Problem, type Unsupported } from "./problems.js";
import type { SecretSource } from "./secret-files.js";
import { readSections } from "./sections.js";

export type { Problem, Unsupported } from "./problems.js";

/** Everything that can be said about one file. */
export interface Parsed {
  /** Undefined when any problem is an error. */
  readonly config: Config | undefined;
  /** Every one, in the order of the file. */
  readonly problems: readonly Problem[];
  /** Settings that are valid, but that this version does not act on. In the order of the file. */
  readonly unsupported: readonly Unsupported[];
}

/** Where a config's text comes from, and what it takes to read it. */
export interface ConfigSource extends SecretSource {
  /** The interface's name. @see interfaceNameOf */
  readonly name: string;
  readonly suite: CryptoSuite;
}

/**
 * Reads a config file: wg-quick's language and ours.
 *
 * @param text the whole file
 * @throws never for any text; what `readSecret` throws besides OperatorError passes through
 * @see docs/config.md
 */
export function parseConfig(text: string, source: ConfigSource): Parsed {
  const findings = new Findings();
  if (!isInterfaceName(source.name)) findings.error(0, interfaceNameInvalid({ name: source.name }));
  const sections = readSections(text, findings);
  if (sections.interface === undefined && !sections.unknownHeader) findings.error(0, sectionMissing());
  if (sections.peers.length === 0 && !sections.unknownHeader) findings.warning(0, noPeers());
  const own = sections.interface && readInterface(sections.interface, source, findings);
  const peers = sections.peers.map((section) => readPeer(section, source, findings));
  checkTogether(own, peers, findings);
  const { problems, unsupportedKeys: unsupported } = findings;
  if (own?.config === undefined || problems.some((problem) => problem.severity === "error"))
    return { config: undefined, problems, unsupported };
  const configs = peers.flatMap((peer) => peer.config ?? []);
  return { config: { name: source.name, path: source.path, interface: own.config, peers: configs }, problems, unsupported };
}
