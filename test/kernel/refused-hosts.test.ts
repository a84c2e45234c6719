import { mkdir } from "node:fs/promises";
import { expect } from "vitest";
import type { Machine } from "./lab/machine.js";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { expectRefusal, type Refusal } from "./lab/refusal.js";
import { scenario } from "./lab/scenario.js";
import { until } from "./lab/until.js";

interface Row extends Refusal {
  readonly title: string;
  /** What is in the way. */
  prepare?(machine: Machine): Promise<unknown>;
  /** What the command line is started through. */
  readonly through?: readonly string[];
}

const WITHOUT_PRIVILEGES = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];

const ROWS: readonly Row[] = [
  {
    title: "an ordinary user may not make an interface",
    through: WITHOUT_PRIVILEGES,
    code: "TUN_OPEN_DENIED",
    exit: 1,
    says: ["/dev/net/tun", "EPERM"],
    fix: "run as root, or grant CAP_NET_ADMIN",
  },
  {
    title: "an ordinary user may not write to the runtime directory",
    through: WITHOUT_PRIVILEGES,
    prepare: (machine) => mkdir(machine.tunvpn.directories.runtime, { mode: 0o500 }),
    code: "DIRECTORY_DENIED",
    exit: 1,
    says: ["/a/run", "EACCES"],
    fix: "TUNVPN_RUNTIME_DIR",
  },
  {
    title: "there is no /dev/net/tun",
    through: ["sh", "-c", 'mount -t tmpfs none /dev/net && exec "$@"', "sh"],
    code: "TUN_MISSING",
    exit: 1,
    says: ["/dev/net/tun", "ENOENT"],
    fix: "modprobe tun",
  },
  {
    title: "another program has the port",
    prepare: (machine) => occupy(machine, "UDP4-RECV"),
    code: "PORT_TAKEN",
    exit: 1,
    says: [String(PORT), "IPv4"],
    fix: `ss -ulpn sport = :${PORT}`,
  },
  {
    title: "another program has the port in IPv6 alone",
    prepare: (machine) => occupy(machine, "UDP6-RECV"),
    code: "PORT_TAKEN",
    exit: 1,
    says: [String(PORT), "IPv6"],
    fix: `ss -ulpn sport = :${PORT}`,
  },
  {
    title: "an interface has that name already",
    prepare: (machine) => machine.ip("link add site-a type veth peer name site-end"),
    code: "INTERFACE_TAKEN",
    exit: 1,
    says: ["site-a"],
    fix: "ip link del site-a",
  },
  {
    title: "another interface has the address",
    prepare: (machine) => makeForeign(machine, `${INNER[4].a}/32`),
    code: "ADDRESS_IN_USE",
    exit: 1,
    says: [INNER[4].a, "foreign", "site-a"],
    fix: `ip addr del ${INNER[4].a}/32 dev foreign`,
  },
  {
    title: "the host is attached to the network of an allowed-ip",
    prepare: (machine) => makeForeign(machine, "10.20.0.1/16"),
    code: "ROUTE_TAKEN",
    exit: 1,
    says: ["10.20.0.0/16", "foreign", "site-a"],
    fix: "10.20.0.0/16 out of AllowedIPs",
  },
  {
    title: "another route leads to an allowed-ip",
    prepare: (machine) => machine.ip(`route add 10.20.0.0/16 via ${OUTER[4].b}`),
    code: "ROUTE_TAKEN",
    exit: 1,
    says: ["10.20.0.0/16", "eth0"],
    fix: `ip route del 10.20.0.0/16 via ${OUTER[4].b} dev eth0`,
  },
  {
    title: "IPv6 is disabled, and the file names IPv6 addresses",
    prepare: (machine) => machine.sysctl("net.ipv6.conf.default.disable_ipv6", "1"),
    code: "IPV6_DISABLED",
    exit: 1,
    says: ["site-a"],
    fix: "sysctl -w net.ipv6.conf.default.disable_ipv6=0",
  },
];

for (const { title, prepare, through = [], ...refusal } of ROWS) {
  scenario(`up refuses, names the remedy and leaves nothing when ${title}`, async ({ lab }) => {
    const { a } = await makePair(lab, { a: { peer: { AllowedIPs: `${INNER[4].b}/32, 10.20.0.0/16` } } });
    await prepare?.(a.machine);
    await expectRefusal(a.machine, a.path, refusal, { words: through });
  });
}

scenario("up refuses an endpoint inside its own allowed-ips, which would send the tunnel into itself", async ({ lab }) => {
  const { a } = await makePair(lab, { a: { peer: { Endpoint: "10.20.0.7:51820", AllowedIPs: "10.20.0.0/16" } } });
  await a.machine.ip(`route add default via ${OUTER[4].b}`);
  await expectRefusal(a.machine, a.path, {
    code: "ENDPOINT_IN_TUNNEL",
    exit: 1,
    says: ["10.20.0.7", "10.20.0.0/16"],
    fix: `ip route add 10.20.0.7 via ${OUTER[4].b} dev eth0`,
  });
});

scenario("up refuses a default route through the tunnel, and leaves the host's own alone", async ({ lab }) => {
  const { a } = await makePair(lab, { a: { peer: { AllowedIPs: "0.0.0.0/0, ::/0" } } });
  await a.machine.ip(`route add default via ${OUTER[4].b}`);
  const refusal = { code: "UNSUPPORTED_KEY", exit: 2, says: [a.path, "AllowedIPs (line 9:"], fix: "remove these settings" };
  await expectRefusal(a.machine, a.path, refusal);
  expect(await a.machine.must(["ip", "route", "show", "default"])).toContain(`default via ${OUTER[4].b} dev eth0`);
});

scenario("up in the foreground refuses in the same form", async ({ lab }) => {
  const { a } = await makePair(lab);
  await occupy(a.machine, "UDP4-RECV");
  await expectRefusal(
    a.machine,
    a.path,
    { code: "PORT_TAKEN", exit: 1, says: [String(PORT)], fix: "ListenPort" },
    { options: ["--foreground"] },
  );
});

scenario("what was in the way is still there, and once it is gone up succeeds", async ({ lab }) => {
  const { a } = await makePair(lab);
  await a.machine.ip("link add site-a type veth peer name site-end");
  expect((await a.machine.tunvpn.run(["up", a.path])).code).toBe(1);
  expect(await a.machine.must(["ip", "-d", "link", "show", "site-a"])).toContain("veth");
  await a.machine.ip("link del site-a");
  await a.up();
  expect(await a.machine.must(["ip", "-d", "link", "show", "site-a"])).toContain("tun type tun");
});

/** An interface that is somebody else's. */
async function makeForeign(machine: Machine, address: string): Promise<void> {
  await machine.ip("link add foreign type veth peer name foreign-end");
  await machine.ip(`addr add ${address} dev foreign`);
  for (const device of ["foreign", "foreign-end"]) {
    await machine.ip(`link set ${device} addrgenmode none`);
    await machine.ip(`link set ${device} up`);
  }
}

async function occupy(machine: Machine, kind: "UDP4-RECV" | "UDP6-RECV"): Promise<void> {
  machine.background(["socat", "-u", `${kind}:${PORT}${kind === "UDP6-RECV" ? ",ipv6only=1" : ""}`, "STDOUT"]);
  await until("the port is taken", async () => (await machine.must(["ss", "-Huln", `sport = :${PORT}`])) !== "");
}
