import { generateKeyPairSync, randomBytes } from "node:crypto";

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A new pair, both in base64, made without the program under test. */
export function makeKeyPair(): KeyPair {
  const { x = "", d = "" } = generateKeyPairSync("x25519").privateKey.export({ format: "jwk" });
  return { privateKey: inBase64(d), publicKey: inBase64(x) };
}

export function makePresharedKey(): string {
  return randomBytes(32).toString("base64");
}

function inBase64(text: string): string {
  return Buffer.from(text, "base64url").toString("base64");
}
