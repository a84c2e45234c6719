import { existsSync } from "node:fs";
import type { Background } from "../../kernel/lab/background.js";
import { type KeyPair, makeKeyPair } from "../../kernel/lab/keys.js";
import { until } from "../../kernel/lab/until.js";
import { addressDevice, type Contender, OUTER, otherSide, type Place, type Side } from "./contender.js";
import { packagedVersion, requireProgram } from "./programs.js";

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
  const { path, env } = requireProgram("wireguard-go");
  const [machine, device, other] = [place.machines[side], place.device[side], otherSide(side)];
  // Without the variable it tells at length that the kernel has WireGuard too.
  const daemon = machine.background([path, "-f", device], { ...env, WG_PROCESS_FOREGROUND: "1" });
  await until(`wireguard-go makes ${device}`, async () => {
    if (!daemon.running) throw new Error(`wireguard-go ended:\n${daemon.output}`);
    return existsSync(`/var/run/wireguard/${device}.sock`);
  });
  const secret = await machine.write(`${device}.key`, keys[side].privateKey);
  const own = ["listen-port", String(place.port), "private-key", secret];
  const peer = ["peer", keys[other].publicKey, "endpoint", `${OUTER[other]}:${place.port}`, "allowed-ips", `${place.inner[other]}/32`];
  await machine.must(["wg", "set", device, ...own, ...peer]);
  await addressDevice(place, side);
  return daemon;
}
