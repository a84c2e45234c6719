/**
 * What every handshake towards one responder begins with. It depends on the network and the responder's public key alone, so
 * a node makes it once for itself and once for each peer.
 *
 * @see docs/protocol.md §4, §5
 */
import { concat, wipe } from "../../base/bytes.js";
import { invariant } from "../../base/invariant.js";
import { type CryptoSuite, hkdf } from "../../crypto/suite.js";

/** Those who may speak to each other at all. */
export interface Network {
  /** At most 64 bytes of UTF-8; may be empty. */
  readonly name: string;
  /** nk: 32 bytes, zeros when the network has none. */
  readonly key: Uint8Array;
}

export const OPEN_NETWORK: Network = { name: "", key: new Uint8Array(32) };

export const NETWORK_NAME_BYTES = 64;

export interface Prologue {
  /** S_r, 32 bytes. */
  readonly responder: Uint8Array;
  /** ck after nk is mixed, 64 bytes. */
  readonly chainingKey: Uint8Array;
  /** h after nk is mixed, 64 bytes. */
  readonly hash: Uint8Array;
  /** Of INIT.mac1, 64 bytes. */
  readonly mac1Key: Uint8Array;
  /** Of COOKIEs that this responder sends, 64 bytes. */
  readonly cookieKey: Uint8Array;
}

/** @param responder its static public key, 32 bytes */
export function prologue(suite: CryptoSuite, network: Network, responder: Uint8Array): Prologue {
  const name = encoder.encode(network.name);
  invariant(name.length <= NETWORK_NAME_BYTES, `network name of ${name.length} bytes`);
  invariant(network.key.length === 32 && responder.length === 32, "network and public keys have 32 bytes");

  const start = suite.hash(LABEL);
  const named = suite.hash(concat(start, Uint8Array.of(name.length), name));
  const addressed = suite.hash(concat(named, responder));
  const [chainingKey, tau] = hkdf(suite, start, network.key, 2);
  const hash = suite.hash(concat(addressed, tau));
  wipe(tau);
  return {
    responder,
    chainingKey,
    hash,
    mac1Key: suite.hmac(network.key, concat(MAC1, responder)),
    cookieKey: suite.hmac(network.key, concat(COOKIE, responder)),
  };
}

const encoder = new TextEncoder();
const LABEL = encoder.encode("tunvpn/1 IKpsk0+psk2 X25519 XSalsa20Poly1305 SHA512");
const MAC1 = encoder.encode("tunvpn/1 mac1");
const COOKIE = encoder.encode("tunvpn/1 cookie");
