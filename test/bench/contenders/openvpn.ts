import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Background } from "../../kernel/lab/background.js";
import { type Contender, MTU, OUTER, otherSide, type Place, type Side } from "./contender.js";
import { addressDevice, startDaemon } from "./daemon.js";
import { mustRun, packagedVersion } from "./programs.js";

interface Identity {
  readonly certificate: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** Point to point over UDP, with the cipher that the two agree on: AES-256-GCM. */
export const openvpn: Contender = {
  name: "openvpn",
  async find() {
    const maker = await packagedVersion("openssl");
    return "missing" in maker
      ? { missing: "there is no openssl, which makes its certificates: bash scripts/bench-peers.sh" }
      : packagedVersion("openvpn");
  },
  async start(place) {
    const identities = { a: await makeIdentity(place, "a"), b: await makeIdentity(place, "b") };
    const daemons = { a: await startSide(place, "a", identities), b: await startSide(place, "b", identities) };
    return { agents: { a: daemons.a.pid, b: daemons.b.pid }, daemons: Object.values(daemons) };
  },
};

async function makeIdentity({ machines, device }: Place, side: Side): Promise<Identity> {
  const [certificate, key] = [machines[side].path(`${device[side]}.crt`), machines[side].path(`${device[side]}.key`)];
  const what = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", `/CN=${side}`];
  await mustRun("openssl", "req", ...what, "-keyout", key, "-out", certificate);
  return { certificate, key, fingerprint: new X509Certificate(await readFile(certificate)).fingerprint256 };
}

async function startSide(place: Place, side: Side, identities: Readonly<Record<Side, Identity>>): Promise<Background> {
  const [device, other] = [place.device[side], otherSide(side)];
  const file = await place.machines[side].write(
    `${device}.conf`,
    [
      `dev ${device}`,
      "dev-type tun",
      "disable-dco",
      `local ${OUTER[side]}`,
      `remote ${OUTER[other]}`,
      `port ${place.port}`,
      `tun-mtu ${MTU}`,
      "mssfix 0",
      ...(side === "a" ? ["tls-server", "dh none"] : ["tls-client"]),
      `cert ${identities[side].certificate}`,
      `key ${identities[side].key}`,
      `peer-fingerprint ${identities[other].fingerprint}`,
      "",
    ].join("\n"),
  );
  const daemon = startDaemon(place, side, "openvpn", ["--config", file]);
  await addressDevice(place, side, daemon);
  return daemon;
}
