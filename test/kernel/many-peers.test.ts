import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import type { PeerStatus } from "../../src/observe/status.js";
import { configText, type Settings } from "./lab/config-text.js";
import { hostState } from "./lab/host-state.js";
import type { Machine } from "./lab/machine.js";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

const STRANGERS = 10_000;

scenario("ten thousand peers with three networks each come up, with all their routes, and leave nothing", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  const before = await hostState(a.machine);
  const own = { PrivateKey: a.keys.privateKey, ListenPort: String(PORT), Address: `${INNER[4].a}/24, ${INNER[6].a}/64`, Queues: "2" };
  // Last in the file: its id, statistics and routes stand behind everybody else's.
  const friend = { PublicKey: b.keys.publicKey, Endpoint: `${OUTER[4].b}:${PORT}`, AllowedIPs: `${INNER[4].b}/32, ${INNER[6].b}/128` };
  await a.machine.write("site-a.conf", configText(own, ...Array.from({ length: STRANGERS }, (_, i) => stranger(i)), friend));
  await b.up();
  await a.up();

  expect(await routesInto(a.machine, a.name, "-4")).toBe(2 * STRANGERS + 1);
  expect(await routesInto(a.machine, a.name, "-6")).toBe(STRANGERS + 1);
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
  const [status] = (await a.machine.tunvpn.document(a.name)).interfaces;
  expect(status?.peers).toHaveLength(STRANGERS + 1);
  expect(status?.peers.filter(isUsed).map(({ publicKey, state }) => ({ publicKey, state }))).toEqual([
    { publicKey: b.keys.publicKey, state: "established" },
  ]);

  await a.down();
  expect(await hostState(a.machine)).toEqual(before);
  expect(a.machine.tunvpn.leftFiles()).toEqual([]);
});

/** A peer that nobody calls. */
function stranger(number: number): Settings {
  const key = randomBytes(32);
  key.writeUInt8(key.readUInt8(31) & 0x7f, 31);
  const [high, low] = [number >> 8, number & 0xff];
  const networks = [`10.${100 + high}.${low}.0/24`, `172.${16 + (number >> 12)}.${(number >> 4) & 0xff}.${(number & 15) << 4}/28`];
  return {
    PublicKey: key.toString("base64"),
    Endpoint: `${OUTER[4].b}:${PORT + 1}`,
    AllowedIPs: [...networks, `fd02:${number.toString(16)}::/48`].join(", "),
  };
}

async function routesInto(machine: Machine, device: string, family: "-4" | "-6"): Promise<number> {
  return (JSON.parse(await machine.must(["ip", "-j", family, "route", "show", "table", "main", "dev", device])) as unknown[]).length;
}

function isUsed({ state, rxBytes, txBytes }: PeerStatus): boolean {
  return state !== "idle" || rxBytes > 0 || txBytes > 0;
}
