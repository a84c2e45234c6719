import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { Capture } from "./lab/capture.js";
import { configText } from "./lab/config-text.js";
import { makeKeyPair, makePresharedKey } from "./lab/keys.js";
import type { Lab } from "./lab/lab.js";
import { scenario } from "./lab/scenario.js";
import { sha256, transfer } from "./lab/transfer.js";

const CANARY = Buffer.from(`canary ${randomBytes(16).toString("hex")}`);
const CANARIES = Buffer.concat([CANARY, randomBytes(2 << 20), CANARY]);
/** Of the gateways, on the internet. */
const A = "198.51.100.2";
const B = "203.0.113.2";

scenario(
  "two offices behind two gateways are one network, and the internet between them sees nothing but UDP of the gateways",
  async ({ lab }) => {
    const { hostA, gatewayA, internet, gatewayB, hostB } = await makeOffices(lab);
    const keys = { a: makeKeyPair(), b: makeKeyPair(), psk: makePresharedKey() };
    const fileA = configText(
      { PrivateKey: keys.a.privateKey, ListenPort: "51820", Address: "10.99.0.1/30, fd99::1/64" },
      {
        PublicKey: keys.b.publicKey,
        PresharedKey: keys.psk,
        Endpoint: `${B}:51820`,
        AllowedIPs: "10.99.0.2/32, fd99::2/128, 10.2.0.0/24, fd02::/64",
      },
    );
    const fileB = configText(
      { PrivateKey: keys.b.privateKey, ListenPort: "51820", Address: "10.99.0.2/30, fd99::2/64" },
      {
        PublicKey: keys.a.publicKey,
        PresharedKey: keys.psk,
        Endpoint: `${A}:51820`,
        AllowedIPs: "10.99.0.1/32, fd99::1/128, 10.1.0.0/24, fd01::/64",
      },
    );
    expect(await gatewayA.tunvpn.up(await gatewayA.write("branch.conf", fileA)), "warnings at A").toEqual([]);
    expect(await gatewayB.tunvpn.up(await gatewayB.write("office.conf", fileB)), "warnings at B").toEqual([]);
    const outside = await Capture.start(internet, "to-a");
    const inside = await Capture.start(gatewayB, "lan");

    expect(await hostA.reaches("10.2.0.10"), "IPv4 from A's host").toBe(true);
    expect(await hostB.reaches("10.1.0.10"), "IPv4 from B's host").toBe(true);
    expect(await hostA.reaches("fd02::10"), "IPv6 from A's host").toBe(true);
    expect(await hostB.reaches("fd01::10"), "IPv6 from B's host").toBe(true);
    expect(await transfer(CANARIES, hostA, hostB, "10.2.0.10"), "IPv4 from A").toBe(sha256(CANARIES));
    expect(await transfer(CANARIES, hostB, hostA, "fd01::10"), "IPv6 from B").toBe(sha256(CANARIES));

    await outside.stop();
    await inside.stop();
    expect(await inside.contains(CANARY), "the canary in B's office").toBe(true);
    expect(await outside.contains(CANARY), "the canary on the internet").toBe(false);
    expect((await outside.lines(`udp port 51820 and host ${A} and host ${B}`)).length).toBeGreaterThan(100);
    expect(await outside.lines(`not arp and not (udp port 51820 and host ${A} and host ${B})`)).toEqual([]);
  },
);

async function makeOffices(lab: Lab) {
  const hostA = await lab.machine("host-a");
  const gatewayA = await lab.machine("gateway-a");
  const internet = await lab.machine("internet");
  const gatewayB = await lab.machine("gateway-b");
  const hostB = await lab.machine("host-b");
  for (const machine of [gatewayA, internet, gatewayB]) await machine.sysctl("net.ipv4.ip_forward", "1");
  for (const machine of [gatewayA, gatewayB]) await machine.sysctl("net.ipv6.conf.all.forwarding", "1");
  await lab.cable(
    { machine: hostA, device: "eth0", addresses: ["10.1.0.10/24", "fd01::10/64"] },
    { machine: gatewayA, device: "lan", addresses: ["10.1.0.1/24", "fd01::1/64"] },
  );
  await lab.cable(
    { machine: gatewayA, device: "wan", addresses: [`${A}/24`] },
    { machine: internet, device: "to-a", addresses: ["198.51.100.1/24"] },
  );
  await lab.cable(
    { machine: internet, device: "to-b", addresses: ["203.0.113.1/24"] },
    { machine: gatewayB, device: "wan", addresses: [`${B}/24`] },
  );
  await lab.cable(
    { machine: gatewayB, device: "lan", addresses: ["10.2.0.1/24", "fd02::1/64"] },
    { machine: hostB, device: "eth0", addresses: ["10.2.0.10/24", "fd02::10/64"] },
  );
  // So that nothing but the tunnel has a reason to be on those wires.
  for (const machine of [gatewayA, gatewayB]) await machine.sysctl("net.ipv6.conf.wan.disable_ipv6", "1");
  for (const device of ["to-a", "to-b"]) await internet.sysctl(`net.ipv6.conf.${device}.disable_ipv6`, "1");
  await hostA.ip("route add default via 10.1.0.1");
  await hostA.ip("route add default via fd01::1");
  await hostB.ip("route add default via 10.2.0.1");
  await hostB.ip("route add default via fd02::1");
  await gatewayA.ip("route add default via 198.51.100.1");
  await gatewayB.ip("route add default via 203.0.113.1");
  return { hostA, gatewayA, internet, gatewayB, hostB };
}
