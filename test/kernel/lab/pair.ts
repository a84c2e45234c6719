import { configText, type Settings } from "./config-text.js";
import { type KeyPair, makeKeyPair } from "./keys.js";
import type { Lab } from "./lab.js";
import type { Machine } from "./machine.js";

/** Addresses of the two machines on the cable between them, and inside the tunnel. */
export const OUTER = { 4: { a: "192.0.2.1", b: "192.0.2.2" }, 6: { a: "2001:db8::1", b: "2001:db8::2" } } as const;
export const INNER = { 4: { a: "10.9.0.1", b: "10.9.0.2" }, 6: { a: "fd09::1", b: "fd09::2" } } as const;
export const PORT = 51820;

/** What differs from the plain file of one end. */
export interface Changes {
  readonly interface?: Settings;
  readonly peer?: Settings;
}

/** Two machines on one cable, each with a file for a tunnel to the other. Nothing is up yet. */
export interface Pair {
  readonly a: End;
  readonly b: End;
}

export class End {
  constructor(
    readonly machine: Machine,
    /** Of the interface. */
    readonly name: string,
    /** Of the file. */
    readonly path: string,
    readonly keys: KeyPair,
  ) {}

  up(...args: readonly string[]) {
    return this.machine.tunvpn.up(this.path, ...args);
  }

  down() {
    return this.machine.tunvpn.down(this.name);
  }

  peer() {
    return this.machine.tunvpn.peer(this.name);
  }

  status() {
    return this.machine.tunvpn.status(this.name);
  }

  /** Waits until its only peer's status is as wanted. */
  peerBecomes(...rest: Parameters<Machine["tunvpn"]["peerBecomes"]> extends [string, ...infer Rest] ? Rest : never) {
    return this.machine.tunvpn.peerBecomes(this.name, ...rest);
  }
}

/** @param changes to the two files: `interface` and `peer` are the sections' keys */
export async function makePair(lab: Lab, changes: { readonly a?: Changes; readonly b?: Changes } = {}, family: 4 | 6 = 4): Promise<Pair> {
  const [a, b] = [await lab.machine("a"), await lab.machine("b")];
  const outer = OUTER[family];
  const length = family === 4 ? 24 : 64;
  await lab.cable(
    { machine: a, device: "eth0", addresses: [`${outer.a}/${length}`] },
    { machine: b, device: "eth0", addresses: [`${outer.b}/${length}`] },
  );
  const keys = { a: makeKeyPair(), b: makeKeyPair() };
  const file = (own: "a" | "b", other: "a" | "b") =>
    configText(
      {
        PrivateKey: keys[own].privateKey,
        ListenPort: String(PORT),
        Address: `${INNER[4][own]}/24, ${INNER[6][own]}/64`,
        ...changes[own]?.interface,
      },
      {
        PublicKey: keys[other].publicKey,
        Endpoint: family === 4 ? `${outer[other]}:${PORT}` : `[${outer[other]}]:${PORT}`,
        AllowedIPs: `${INNER[4][other]}/32, ${INNER[6][other]}/128`,
        ...changes[own]?.peer,
      },
    );
  return {
    a: new End(a, "site-a", await a.write("site-a.conf", file("a", "b")), keys.a),
    b: new End(b, "site-b", await b.write("site-b.conf", file("b", "a")), keys.b),
  };
}
