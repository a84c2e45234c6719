import { rm } from "node:fs/promises";
import { expect } from "vitest";
import { hostState } from "./lab/host-state.js";
import { type End, INNER, makePair } from "./lab/pair.js";
import { commandLine } from "./lab/process.js";
import { shownReports } from "./lab/report.js";
import { scenario } from "./lab/scenario.js";
import { until } from "./lab/until.js";

/** Ways in which a tunnel ends; each leaves the host as it was. */
const ENDINGS: Record<string, (end: End) => Promise<void>> = {
  "down by its file": ({ machine, path }) => machine.tunvpn.down(path),
  "down by its name": ({ machine, name }) => machine.tunvpn.down(name),
  SIGTERM: (end) => endAgent(end, "SIGTERM"),
  SIGINT: (end) => endAgent(end, "SIGINT"),
  "SIGKILL, then down": async (end) => {
    await endAgent(end, "SIGKILL");
    expect((await end.machine.tunvpn.document()).interfaces).toEqual([]);
    await end.down();
  },
};

for (const [title, finish] of Object.entries(ENDINGS)) {
  scenario(`after ${title} links, addresses, routes, rules and filters are as before, and no file is left`, async ({ lab }) => {
    const { a, b } = await makePair(lab, { a: { peer: { AllowedIPs: `${INNER[4].b}/32, ${INNER[6].b}/128, 10.20.0.0/16, fd20::/48` } } });
    const before = await hostState(a.machine);
    await b.up();
    await a.up("--wait");
    expect(await hostState(a.machine)).not.toEqual(before);
    await finish(a);
    expect(await hostState(a.machine)).toEqual(before);
    expect(a.machine.tunvpn.leftFiles()).toEqual([]);
    const again = await a.machine.tunvpn.run(["down", a.name]);
    expect(again.code, again.stderr).toBe(3);
  });
}

scenario("Ctrl-C ends a tunnel in the foreground with exit code 0, and leaves the host as it was", async ({ lab }) => {
  const { a } = await makePair(lab);
  const before = await hostState(a.machine);
  const agent = await a.machine.tunvpn.foreground(a.name, a.path);
  expect((await a.status()).pid).toBe(agent.pid);
  expect(await agent.stop("SIGINT"), agent.output).toBe(0);
  expect(await hostState(a.machine)).toEqual(before);
  expect(a.machine.tunvpn.leftFiles()).toEqual([]);
});

scenario("an agent whose interface someone removes ends, says why in its log, and leaves nothing", async ({ lab }) => {
  const { a } = await makePair(lab);
  const before = await hostState(a.machine);
  await a.up();
  await a.machine.ip(`link del ${a.name}`);
  await until("no file is left", async () => a.machine.tunvpn.leftFiles().length === 0);
  expect(await hostState(a.machine)).toEqual(before);
  expect(a.machine.tunvpn.log(a.name)).toContain("the interface was removed");
});

scenario("down tells what it could not undo, and the rest is gone all the same", async ({ lab }) => {
  const { a } = await makePair(lab);
  const before = await hostState(a.machine);
  await a.up();
  await rm(a.machine.tunvpn.directories.state, { recursive: true });
  const { code, stderr } = await a.machine.tunvpn.run(["down", a.name]);
  expect({ code, reports: shownReports(stderr) }).toMatchObject({
    code: 1,
    reports: [{ severity: "error", code: "JOURNAL_WRITE_FAILED" }],
  });
  expect(await hostState(a.machine)).toEqual(before);
  expect(a.machine.tunvpn.leftFiles()).toEqual([]);
});

scenario("what someone else put on the host meanwhile stays when the tunnel goes", async ({ lab }) => {
  const { a } = await makePair(lab);
  await a.up();
  await a.machine.ip("link add foreign type veth peer name foreign-end");
  await a.machine.ip("link set foreign-end up");
  await a.machine.ip("addr add 172.16.0.1/24 dev foreign");
  await a.machine.ip("link set foreign up");
  await a.machine.ip("route add 172.17.0.0/16 via 172.16.0.2");
  await a.machine.ip("addr add 198.51.100.1/32 dev eth0");
  await a.machine.ip(`addr add 10.9.0.77/32 dev ${a.name}`);
  await a.down();
  const addresses = await a.machine.must(["ip", "-br", "addr"]);
  expect(addresses).toMatch(/^foreign@.*172\.16\.0\.1\/24/m);
  expect(addresses).toMatch(/^eth0@.* 198\.51\.100\.1\/32/m);
  expect(await a.machine.must(["ip", "route"])).toContain("172.17.0.0/16 via 172.16.0.2 dev foreign");
});

async function endAgent(end: End, signal: NodeJS.Signals): Promise<void> {
  const { pid } = await end.status();
  process.kill(pid, signal);
  await until("the end of the agent", async () => commandLine(pid) === "");
}
