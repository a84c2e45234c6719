import { KEYED } from "./handshake.js";
import { bytes, hex, join, number, text } from "./inputs.js";
import { BOX, HMAC, publicKey, runHandshake } from "./spec.js";

export interface CookieSource {
  readonly name: string;
  /** 4 or 6. */
  readonly family: number;
  /** As the socket shows it: a mapped address has 16 bytes here and counts as IPv4. */
  readonly address: string;
  readonly port: number;
  readonly cookie: string;
}

export interface MacVectors {
  readonly networkKey: string;
  readonly responder: string;
  readonly mac1Key: string;
  readonly init: string;
  readonly initMac1: string;
  readonly km: string;
  readonly response: string;
  readonly responseMac1: string;
  /** R */
  readonly cookieSecret: string;
  readonly sources: CookieSource[];
  /** The cookie of the first source; mac2 and COOKIE are made with it. */
  readonly cookie: string;
  readonly initMac2: string;
  readonly cookieKey: string;
  readonly kck: string;
  readonly cookieNonce: string;
  readonly cookieMessage: string;
}

export function macVectors(): MacVectors {
  const { init, response, mac1Key, km } = runHandshake(KEYED);
  const responder = publicKey(KEYED.responderStatic);
  const secret = bytes("cookie secret", 64);
  const sources = SOURCES.map((source) => ({ ...source, cookie: hex(cookieOf(secret, source)) }));
  const cookie = new Uint8Array(Buffer.from(sources[0]?.cookie ?? "", "hex"));
  const mac1 = init.subarray(112, 128);
  const cookieKey = HMAC(KEYED.networkKey, join(text("tunvpn/1 cookie"), responder));
  const kck = HMAC(cookieKey, join(text("box"), mac1)).subarray(0, 32);
  const nonce = bytes("cookie nonce", 24);
  const message = join(Uint8Array.of(3, 1, 0, 0), number(KEYED.initiatorIndex, 4), nonce, BOX(kck, nonce, cookie));
  return {
    networkKey: hex(KEYED.networkKey),
    responder: hex(responder),
    mac1Key: hex(mac1Key),
    init: hex(init),
    initMac1: hex(mac1),
    km: hex(km),
    response: hex(response),
    responseMac1: hex(response.subarray(68, 84)),
    cookieSecret: hex(secret),
    sources,
    cookie: hex(cookie),
    initMac2: hex(HMAC(cookie, init.subarray(0, 128)).subarray(0, 16)),
    cookieKey: hex(cookieKey),
    kck: hex(kck),
    cookieNonce: hex(nonce),
    cookieMessage: hex(message),
  };
}

type Source = Omit<CookieSource, "cookie">;

const SOURCES: readonly Source[] = [
  { name: "IPv4", family: 4, address: "c0000202", port: 51820 },
  { name: "IPv4, another port", family: 4, address: "c0000202", port: 51821 },
  { name: "IPv4 mapped into IPv6", family: 4, address: "00000000000000000000ffffc0000202", port: 51820 },
  { name: "IPv6", family: 6, address: "20010db8000000000000000000000002", port: 1 },
  { name: "IPv6, highest port", family: 6, address: "fe800000000000000000000000000001", port: 65535 },
];

function cookieOf(secret: Uint8Array, source: Source): Uint8Array {
  const shown = new Uint8Array(Buffer.from(source.address, "hex"));
  const address = source.family === 4 ? shown.subarray(-4) : shown;
  return HMAC(secret, join(text("ck"), number(source.family, 1), address, number(source.port, 2))).subarray(0, 16);
}
