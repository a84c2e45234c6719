import { randomInt } from "node:crypto";
import { configText } from "./config-text.js";
import { Impairer, type Impairments } from "./impairer.js";
import { makeKeyPair } from "./keys.js";
import type { Lab } from "./lab.js";
import { End, INNER, type Pair, PORT } from "./pair.js";

const NEAR = { a: "192.0.2.1", relay: "192.0.2.2" };
const FAR = { b: "2001:db8::1", relay: "2001:db8::2" };

/**
 * Two machines with a third between them, which loses, reorders and repeats what their agents send. The one half of the way is IPv4, the
 * other IPv6. Nothing is up yet; a calls.
 *
 * @param seed of what happens to the datagrams; printed, so that it can happen again
 */
export async function makeImpairedPair(lab: Lab, impairments: Impairments): Promise<Pair & { readonly impairer: Impairer }> {
  const seed = Number(process.env.TUNVPN_TEST_SEED ?? randomInt(2 ** 32));
  process.stdout.write(`impairments from TUNVPN_TEST_SEED=${seed}\n`);
  const [a, middle, b] = [await lab.machine("a"), await lab.machine("middle"), await lab.machine("b")];
  await lab.cable(
    { machine: a, device: "eth0", addresses: [`${NEAR.a}/24`] },
    { machine: middle, device: "to-a", addresses: [`${NEAR.relay}/24`] },
  );
  await lab.cable(
    { machine: middle, device: "to-b", addresses: [`${FAR.relay}/64`] },
    { machine: b, device: "eth0", addresses: [`${FAR.b}/64`] },
  );
  // So that neighbours which the relay sent apart reach b joined, as from a network card: a cable joins what its other end does not keep
  // joined, and only when it waits a moment (nanoseconds) for more.
  await middle.must(["ethtool", "-K", "to-b", "tso", "off"]);
  await b.must(["ethtool", "-K", "eth0", "gro", "on"]);
  await b.must(["sh", "-c", "echo 50000 > /sys/class/net/eth0/gro_flush_timeout"]);
  const impairer = await Impairer.start(lab, middle, { near: NEAR.relay, far: FAR.b, port: PORT, seed, impairments });
  const keys = { a: makeKeyPair(), b: makeKeyPair() };
  const file = (own: "a" | "b", other: "a" | "b", endpoint?: string) =>
    configText(
      { PrivateKey: keys[own].privateKey, ListenPort: String(PORT), Address: `${INNER[4][own]}/24, ${INNER[6][own]}/64` },
      { PublicKey: keys[other].publicKey, Endpoint: endpoint, AllowedIPs: `${INNER[4][other]}/32, ${INNER[6][other]}/128` },
    );
  return {
    a: new End(a, "site-a", await a.write("site-a.conf", file("a", "b", `${NEAR.relay}:${PORT}`)), keys.a),
    b: new End(b, "site-b", await b.write("site-b.conf", file("b", "a")), keys.b),
    impairer,
  };
}
