import { type Endpoint, formatEndpoint, literalEndpoint, parseConfiguredEndpoint } from "../../src/base/endpoint.js";
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

const texts = new WeakMap<Endpoint, string>();

/** The text of an endpoint, made once. */
export function textOf(endpoint: Endpoint): string {
  const known = texts.get(endpoint);
  if (known !== undefined) return known;
  const text = formatEndpoint(endpoint);
  texts.set(endpoint, text);
  return text;
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
