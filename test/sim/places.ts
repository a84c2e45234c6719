import { type Endpoint, literalEndpoint, parseConfiguredEndpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import type { KeyPair } from "../../src/protocol/handshake/initiator.js";
import { Seeded } from "./seeded.js";
import { quickSuite } from "./suite.js";

/** @param text of an address, not of a name */
export function endpoint(text: string): Endpoint {
  const configured = parseConfiguredEndpoint(text);
  const literal = configured && literalEndpoint(configured);
  invariant(literal !== undefined, `no endpoint: ${text}`);
  return literal;
}

const identities = new Map<string, KeyPair>();

/** The key pair of a name, made once. */
export function identityOf(name: string): KeyPair {
  const known = identities.get(name);
  if (known) return known;
  const privateKey = new Seeded(`identity of ${name}`).bytes(32);
  const made = { privateKey, publicKey: quickSuite.publicKey(privateKey) };
  identities.set(name, made);
  return made;
}
