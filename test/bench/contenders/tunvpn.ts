import { readFile } from "node:fs/promises";
import { configText } from "../../kernel/lab/config-text.js";
import { type KeyPair, makeKeyPair } from "../../kernel/lab/keys.js";
import type { Tunvpn } from "../../kernel/lab/tunvpn.js";
import { type Contender, MTU, OUTER, otherSide, type Place, SIDES, type Side, type Tunnel } from "./contender.js";

export const OURS = "tunvpn";

export const tunvpn: Contender = {
  name: OURS,
  async find() {
    return { version: await packageVersion() };
  },
  start: (place) => startTunvpn(place, (side) => place.machines[side].tunvpn),
};

export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** @param program the command line that starts a side */
export async function startTunvpn(place: Place, program: (side: Side) => Tunvpn): Promise<Tunnel> {
  const keys = { a: makeKeyPair(), b: makeKeyPair() };
  const agents = { a: 0, b: 0 };
  for (const side of SIDES) {
    const device = place.device[side];
    const file = await place.machines[side].write(`${device}.conf`, textFor(place, side, keys));
    await program(side).up(file);
    agents[side] = (await program(side).status(device)).pid;
  }
  return { agents, daemons: [] };
}

function textFor({ inner, port }: Place, side: Side, keys: Readonly<Record<Side, KeyPair>>): string {
  const other = otherSide(side);
  return configText(
    { PrivateKey: keys[side].privateKey, ListenPort: String(port), Address: `${inner[side]}/24`, MTU: String(MTU) },
    { PublicKey: keys[other].publicKey, Endpoint: `${OUTER[other]}:${port}`, AllowedIPs: `${inner[other]}/32` },
  );
}
