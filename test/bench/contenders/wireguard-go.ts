import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Background } from "../../kernel/lab/background.js";
import { type KeyPair, makeKeyPair } from "../../kernel/lab/keys.js";
import { type Contender, OUTER, otherSide, type Place, type Side } from "./contender.js";
import { addressDevice, madeBy, startDaemon } from "./daemon.js";
import { packagedVersion } from "./programs.js";

export const wireguardGo: Contender = {
  name: "wireguard-go",
  find: () => packagedVersion("wireguard-go"),
  async start(place) {
    const keys = { a: makeKeyPair(), b: makeKeyPair() };
    const daemons = { a: await startSide(place, "a", keys), b: await startSide(place, "b", keys) };
    return { agents: { a: daemons.a.pid, b: daemons.b.pid }, daemons: Object.values(daemons) };
  },
};

async function startSide(place: Place, side: Side, keys: Readonly<Record<Side, KeyPair>>): Promise<Background> {
  const [machine, device, other] = [place.machines[side], place.device[side], otherSide(side)];
  const socket = `/var/run/wireguard/${device}.sock`;
  // One that was killed leaves it.
  await rm(socket, { force: true });
  const daemon = startDaemon(place, side, "wireguard-go", ["-f", device]);
  await madeBy(daemon, "the socket that wg speaks to", async () => existsSync(socket));
  const secret = await machine.write(`${device}.key`, keys[side].privateKey);
  const own = ["listen-port", String(place.port), "private-key", secret];
  const peer = ["peer", keys[other].publicKey, "endpoint", `${OUTER[other]}:${place.port}`, "allowed-ips", `${place.inner[other]}/32`];
  await machine.must(["wg", "set", device, ...own, ...peer]);
  await addressDevice(place, side, daemon);
  return daemon;
}
