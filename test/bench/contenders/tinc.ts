import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Background } from "../../kernel/lab/background.js";
import { type Contender, OUTER, otherSide, type Place, SIDES, type Side } from "./contender.js";
import { addressDevice, startDaemon } from "./daemon.js";
import { mustRun, packagedVersion } from "./programs.js";

/** Version 1.0 in its router mode, with the cipher that it comes with: AES-256-CBC. */
export const tinc: Contender = {
  name: "tinc",
  find: () => packagedVersion("tincd", "tinc"),
  async start(place) {
    for (const side of SIDES) await configure(place, side);
    for (const side of SIDES) await cp(hostFile(place, otherSide(side), otherSide(side)), hostFile(place, side, otherSide(side)));
    const daemons = { a: await startSide(place, "a"), b: await startSide(place, "b") };
    return { agents: { a: daemons.a.pid, b: daemons.b.pid }, daemons: Object.values(daemons) };
  },
};

const folderOf = ({ machines }: Place, side: Side) => machines[side].path("tinc");

/** What `side` knows of `host`. */
const hostFile = (place: Place, side: Side, host: Side) => join(folderOf(place, side), "hosts", host);

async function configure(place: Place, side: Side): Promise<void> {
  const own = [`Name = ${side}`, `Interface = ${place.device[side]}`, "AddressFamily = ipv4", `ConnectTo = ${otherSide(side)}`, ""];
  const host = [`Address = ${OUTER[side]}`, `Port = ${place.port}`, `Subnet = ${place.inner[side]}/32`, ""];
  await place.machines[side].write("tinc/tinc.conf", own.join("\n"));
  await place.machines[side].write(`tinc/hosts/${side}`, host.join("\n"));
  await mustRun("tincd", "--config", folderOf(place, side), "--generate-keys=2048");
}

async function startSide(place: Place, side: Side): Promise<Background> {
  const folder = folderOf(place, side);
  const daemon = startDaemon(place, side, "tincd", ["--config", folder, "--no-detach", `--pidfile=${join(folder, "pid")}`]);
  await addressDevice(place, side, daemon);
  return daemon;
}
