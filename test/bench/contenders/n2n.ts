import { randomBytes } from "node:crypto";
import type { Background } from "../../kernel/lab/background.js";
import { type Contender, MTU, OUTER, type Place, type Side } from "./contender.js";
import { addressDevice, startDaemon } from "./daemon.js";
import { packagedVersion } from "./programs.js";

/** Two edges, and a supernode beside one of them, which tells them of each other. */
export const n2n: Contender = {
  name: "n2n",
  find: () => packagedVersion("edge", "n2n"),
  async start(place) {
    const key = randomBytes(12).toString("hex");
    const supernode = startDaemon(place, "a", "supernode", ["-l", String(supernodePort(place))]);
    const daemons = { a: await startSide(place, "a", key), b: await startSide(place, "b", key) };
    return { agents: { a: daemons.a.pid, b: daemons.b.pid }, daemons: [supernode, ...Object.values(daemons)] };
  },
};

const supernodePort = ({ port }: Place) => port + 1000;

async function startSide(place: Place, side: Side, key: string): Promise<Background> {
  const own = ["-d", place.device[side], "-a", place.inner[side], "-p", String(place.port), "-M", String(MTU)];
  const daemon = startDaemon(place, side, "edge", [...own, "-c", "bench", "-l", `${OUTER.a}:${supernodePort(place)}`], { N2N_KEY: key });
  await addressDevice(place, side, daemon);
  return daemon;
}
