import type { Lab } from "./lab.js";
import type { Machine } from "./machine.js";
import { INNER, makePair, type Pair } from "./pair.js";

/** Addresses of the hosts, each in the LAN of its end. */
export const HOST = { 4: { a: "10.1.0.10", b: "10.2.0.10" }, 6: { a: "fd01::10", b: "fd02::10" } } as const;

export interface RoutedPair extends Pair {
  /** In the LAN of a, whose `lan` its `eth0` is wired to; and so of b. */
  readonly hostA: Machine;
  readonly hostB: Machine;
}

/** A pair whose ends forward for a host each. Nothing is up yet. */
export async function makeRoutedPair(lab: Lab): Promise<RoutedPair> {
  const pair = await makePair(lab, {
    a: { peer: { AllowedIPs: `${INNER[4].b}/32, ${INNER[6].b}/128, 10.2.0.0/24, fd02::/64` } },
    b: { peer: { AllowedIPs: `${INNER[4].a}/32, ${INNER[6].a}/128, 10.1.0.0/24, fd01::/64` } },
  });
  const [hostA, hostB] = [await addHost(lab, pair.a.machine, "a"), await addHost(lab, pair.b.machine, "b")];
  return { ...pair, hostA, hostB };
}

async function addHost(lab: Lab, gateway: Machine, side: "a" | "b"): Promise<Machine> {
  const host = await lab.machine(`host-${side}`);
  const net = side === "a" ? 1 : 2;
  await lab.cable(
    { machine: host, device: "eth0", addresses: [`${HOST[4][side]}/24`, `${HOST[6][side]}/64`] },
    { machine: gateway, device: "lan", addresses: [`10.${net}.0.1/24`, `fd0${net}::1/64`] },
  );
  await host.ip(`route add default via 10.${net}.0.1`);
  await host.ip(`route add default via fd0${net}::1`);
  await gateway.sysctl("net.ipv4.ip_forward", "1");
  await gateway.sysctl("net.ipv6.conf.all.forwarding", "1");
  return host;
}
