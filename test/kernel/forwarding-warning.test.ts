import { expect } from "vitest";
import { INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

scenario("up on a gateway that forwards nothing warns IP_FORWARD_OFF for each family, and its fix silences it", async ({ lab }) => {
  const { a } = await makePair(lab, { a: { peer: { AllowedIPs: `${INNER[4].b}/32, 10.20.0.0/16, fd20::/48` } } });
  const host = await lab.machine("host");
  await lab.cable(
    { machine: a.machine, device: "lan", addresses: ["10.10.0.1/24", "fd10::1/64"] },
    { machine: host, device: "eth0", addresses: ["10.10.0.2/24", "fd10::2/64"] },
  );
  await a.machine.ip("addr add 2001:db8::1/64 dev eth0 nodad");
  for (const name of ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"]) await a.machine.sysctl(name, "0");
  const warnings = await a.up();
  expect(warnings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(["warning IP_FORWARD_OFF", "warning IP_FORWARD_OFF"]);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringMatching(/IPv4.*lan/), expect.stringMatching(/IPv6.*lan/)]);
  await a.down();
  for (const { fix } of warnings) await a.machine.must(fix.split(" "));
  expect(await a.up()).toEqual([]);
});

scenario("up on a host that is no gateway does not warn of forwarding", async ({ lab }) => {
  const { a } = await makePair(lab, { a: { peer: { AllowedIPs: `${INNER[4].b}/32, 10.20.0.0/16` } } });
  await a.machine.sysctl("net.ipv4.ip_forward", "0");
  expect(await a.up()).toEqual([]);
});
