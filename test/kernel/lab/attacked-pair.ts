import { configText } from "./config-text.js";
import { type Datagram, Eve } from "./eve.js";
import { makeKeyPair } from "./keys.js";
import type { Lab } from "./lab.js";
import type { Machine } from "./machine.js";
import { End, INNER, type Pair, PORT } from "./pair.js";
import { withoutOffloads } from "./plain-wire.js";
import { until } from "./until.js";

const OUTER = { a: "192.0.2.1", b: "198.51.100.1" };
const ROUTER = { a: "192.0.2.254", b: "198.51.100.254" };

/** Where each end is, as eve sees it. */
export const AT = { a: `${OUTER.a}:${PORT}`, b: `${OUTER.b}:${PORT}` };

export interface AttackedPair extends Pair {
  readonly eve: Eve;
  readonly router: Machine;
}

/** A pair whose only way to each other leads through eve. Nothing is up yet. */
export async function makeAttackedPair(lab: Lab): Promise<AttackedPair> {
  const [a, router, b] = [await lab.machine("a"), await lab.machine("router"), await lab.machine("b")];
  for (const [side, machine] of [
    ["a", a],
    ["b", b],
  ] as const) {
    await lab.cable(
      { machine, device: "eth0", addresses: [`${OUTER[side]}/24`] },
      { machine: router, device: `to-${side}`, addresses: [`${ROUTER[side]}/24`] },
    );
    await machine.ip(`route add default via ${ROUTER[side]}`);
    // What eve hears is what a network would carry.
    await withoutOffloads(machine, "eth0");
  }
  await router.sysctl("net.ipv4.ip_forward", "1");
  await router.ip("route add blackhole 203.0.113.0/24");
  const eve = await Eve.sit(lab, router, ["to-a", "to-b"]);
  const keys = { a: makeKeyPair(), b: makeKeyPair() };
  const file = (own: "a" | "b", other: "a" | "b") =>
    configText(
      { PrivateKey: keys[own].privateKey, ListenPort: String(PORT), Address: `${INNER[4][own]}/24` },
      { PublicKey: keys[other].publicKey, Endpoint: AT[other], AllowedIPs: `${INNER[4][other]}/32` },
    );
  return {
    a: new End(a, "site-a", await a.write("site-a.conf", file("a", "b")), keys.a),
    b: new End(b, "site-b", await b.write("site-b.conf", file("b", "a")), keys.b),
    eve,
    router,
  };
}

/** Sends datagrams that an end must refuse, and waits until it has. */
export async function bombard(eve: Eve, victim: End, datagrams: readonly Datagram[]): Promise<void> {
  const before = await droppedBy(victim);
  await eve.send(datagrams);
  await until(`${victim.name} drops ${datagrams.length} datagrams`, async () => (await droppedBy(victim)) - before >= datagrams.length, 30);
}

/** All that an end has dropped, whatever for. */
async function droppedBy(end: End): Promise<number> {
  const { drops } = await end.status();
  return Object.values(drops).reduce((sum, count) => sum + count, 0);
}

/** What an attack must not change. */
export async function linkOf(end: End) {
  const { endpoint, lastHandshake, state } = await end.peer();
  return { pid: (await end.status()).pid, endpoint, lastHandshake, state };
}
