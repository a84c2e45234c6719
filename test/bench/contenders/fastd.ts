import type { Background } from "../../kernel/lab/background.js";
import { type Contender, MTU, OUTER, otherSide, type Place, type Side } from "./contender.js";
import { addressDevice, startDaemon } from "./daemon.js";
import { mustRun, packagedVersion } from "./programs.js";

interface Keys {
  readonly secret: string;
  readonly public: string;
}

/** With the method that its makers call the quickest. */
export const fastd: Contender = {
  name: "fastd",
  find: () => packagedVersion("fastd"),
  async start(place) {
    const keys = { a: await makeKeys(), b: await makeKeys() };
    const daemons = { a: await startSide(place, "a", keys), b: await startSide(place, "b", keys) };
    return { agents: { a: daemons.a.pid, b: daemons.b.pid }, daemons: Object.values(daemons) };
  },
};

async function makeKeys(): Promise<Keys> {
  const words = (await mustRun("fastd", "--generate-key")).matchAll(/^(Secret|Public): ([0-9a-f]{64})$/gm);
  const found = new Map([...words].map(([, name, key]) => [name, key]));
  const [secret, publicKey] = [found.get("Secret"), found.get("Public")];
  if (secret === undefined || publicKey === undefined) throw new Error("fastd makes no keys");
  return { secret, public: publicKey };
}

async function startSide(place: Place, side: Side, keys: Readonly<Record<Side, Keys>>): Promise<Background> {
  const [device, other] = [place.device[side], otherSide(side)];
  const file = await place.machines[side].write(
    `${device}.conf`,
    [
      "mode tun;",
      `interface "${device}";`,
      `mtu ${MTU};`,
      `bind ${OUTER[side]}:${place.port};`,
      'method "salsa2012+umac";',
      `secret "${keys[side].secret}";`,
      `peer "${other}" { key "${keys[other].public}"; remote ${OUTER[other]}:${place.port}; }`,
      "",
    ].join("\n"),
  );
  const daemon = startDaemon(place, side, "fastd", ["--config", file]);
  await addressDevice(place, side, daemon);
  return daemon;
}
