import type { Background } from "../../kernel/lab/background.js";
import { type Contender, MTU, OUTER, otherSide, type Place, SIDES, type Side } from "./contender.js";
import { madeBy, startDaemon } from "./daemon.js";
import { mustRun, packagedVersion } from "./programs.js";

/** Two hosts that know each other's address, and no lighthouse. */
export const nebula: Contender = {
  name: "nebula",
  find: () => packagedVersion("nebula"),
  async start(place) {
    await signCertificates(place);
    const daemons = { a: await startSide(place, "a"), b: await startSide(place, "b") };
    return { agents: { a: daemons.a.pid, b: daemons.b.pid }, daemons: Object.values(daemons) };
  },
};

const files = ({ lab }: Place, name: string) => ({
  crt: `${lab.directory}/nebula-${name}.crt`,
  key: `${lab.directory}/nebula-${name}.key`,
});

async function signCertificates(place: Place): Promise<void> {
  const ca = files(place, "ca");
  await mustRun("nebula-cert", "ca", "-name", "bench", "-out-crt", ca.crt, "-out-key", ca.key);
  for (const side of SIDES) {
    const { crt, key } = files(place, side);
    const what = ["-name", side, "-ip", `${place.inner[side]}/24`, "-out-crt", crt, "-out-key", key];
    await mustRun("nebula-cert", "sign", "-ca-crt", ca.crt, "-ca-key", ca.key, ...what);
  }
}

async function startSide(place: Place, side: Side): Promise<Background> {
  const [machine, device, other] = [place.machines[side], place.device[side], otherSide(side)];
  const { crt, key } = files(place, side);
  const anything = [{ port: "any", proto: "any", host: "any" }];
  const config = {
    pki: { ca: files(place, "ca").crt, cert: crt, key },
    static_host_map: { [place.inner[other]]: [`${OUTER[other]}:${place.port}`] },
    lighthouse: { am_lighthouse: false },
    listen: { host: OUTER[side], port: place.port },
    tun: { dev: device, mtu: MTU },
    firewall: { outbound: anything, inbound: anything },
  };
  // YAML takes JSON.
  const file = await machine.write(`${device}.yml`, JSON.stringify(config));
  const daemon = startDaemon(place, side, "nebula", ["-config", file]);
  await madeBy(daemon, device, async () => (await machine.run(["ip", "link", "show", device])).code === 0);
  return daemon;
}
