import { expect } from "vitest";
import { Capture } from "./lab/capture.js";
import type { Machine } from "./lab/machine.js";
import { type End, INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { until } from "./lab/until.js";

const NEW = { 4: "192.0.2.77", 6: "2001:db8::77" } as const;
const LENGTH = { 4: 24, 6: 64 } as const;

/** Packets into the tunnel that nobody answers, ten a second. Only what b sends by itself can tell a where it is. */
function oneWay(from: Machine, to: string) {
  const script = `const socket = require("dgram").createSocket("udp4"); setInterval(() => socket.send("one way", 9, "${to}"), 100);`;
  return from.background([process.execPath, "-e", script]);
}

async function silent({ machine }: End): Promise<void> {
  // A port unreachable would be an answer.
  await machine.must(["nft", "add table inet quiet; add chain inet quiet in { type filter hook input priority 0; }"]);
  await machine.must(["nft", `add rule inet quiet in iifname ${machine.label === "a" ? "site-a" : "site-b"} udp dport 9 counter drop`]);
}

async function arrived({ machine }: End): Promise<number> {
  const { nftables } = JSON.parse(await machine.must(["nft", "-j", "list", "table", "inet", "quiet"]));
  return nftables
    .flatMap(({ rule }: { rule?: { expr: { counter?: { packets: number } }[] } }) => rule?.expr ?? [])
    .find(({ counter }: { counter?: { packets: number } }) => counter).counter.packets;
}

for (const family of [4, 6] as const) {
  scenario(`a side whose IPv${family} address changes while it has nothing to send is followed within a second or so`, async ({ lab }) => {
    const { a, b } = await makePair(lab, {}, family);
    await b.up();
    await a.up("--wait");
    const { lastHandshake } = await b.peer();
    await silent(a);
    oneWay(b.machine, INNER[4].a);
    await until("packets arrive", async () => (await arrived(a)) > 0);
    await a.machine.ip(`addr del ${OUTER[family].a}/${LENGTH[family]} dev eth0`);
    const before = await arrived(a);
    const started = performance.now();
    await a.machine.ip(`addr add ${NEW[family]}/${LENGTH[family]} dev eth0${family === 6 ? " nodad" : ""}`);
    await until("packets arrive again", async () => (await arrived(a)) > before);
    process.stdout.write(`IPv${family}: traffic is back ${Math.round(performance.now() - started)} ms after the new address\n`);
    const at = family === 4 ? `${NEW[4]}:${PORT}` : `[${NEW[6]}]:${PORT}`;
    expect(await b.peer()).toMatchObject({ endpoint: at, lastHandshake, state: "established" });
    expect(await a.machine.reaches(INNER[4].b)).toBe(true);
  });
}

scenario("a side whose way out changes to another interface is followed", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await lab.cable(
    { machine: a.machine, device: "eth1", addresses: ["198.51.100.1/24"] },
    { machine: b.machine, device: "eth1", addresses: ["198.51.100.2/24"] },
  );
  await b.up();
  await a.up("--wait");
  await silent(a);
  oneWay(b.machine, INNER[4].a);
  await until("packets arrive", async () => (await arrived(a)) > 0);
  // The old way stays: b would go on using it.
  await a.machine.ip(`route add ${OUTER[4].b}/32 via 198.51.100.2 dev eth1`);
  await b.peerBecomes("is at the other address", ({ endpoint }) => endpoint === `198.51.100.1:${PORT}`);
});

scenario("a side that lost its only address for a while sends again as soon as it has one", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  await a.machine.ip(`addr del ${OUTER[4].a}/24 dev eth0`);
  expect(await a.machine.reaches(INNER[4].b, "-W", "1")).toBe(false);
  await until("the kernel has refused packets", async () => ((await a.peer()).drops["send-error"] ?? 0) > 0);
  const started = performance.now();
  await a.machine.ip(`addr add ${NEW[4]}/24 dev eth0`);
  await until("an answer through the tunnel", () => a.machine.reaches(INNER[4].b, "-W", "0.2"));
  process.stdout.write(`answers are back ${Math.round(performance.now() - started)} ms after there is an address again
`);
});

scenario("a side that calls in vain for want of a road calls again as soon as there is one", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await a.machine.ip(`addr del ${OUTER[4].a}/24 dev eth0`);
  await b.up();
  await a.up();
  expect(await a.machine.reaches(INNER[4].b, "-W", "1")).toBe(false);
  await a.peerBecomes("is unreachable", ({ state }) => state === "unreachable", 20);
  await a.machine.ip(`addr add ${OUTER[4].a}/24 dev eth0`);
  // By itself it calls every five seconds.
  const started = performance.now();
  await a.peerBecomes("is connected", ({ state }) => state === "established");
  process.stdout.write(`a call is answered ${Math.round(performance.now() - started)} ms after the road is there\n`);
});

scenario("what changes on the tunnel itself, or leads elsewhere, is no move", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  const wire = await Capture.start(a.machine, "eth0", `src host ${OUTER[4].a} and udp`);
  await a.machine.ip(`addr add 10.77.0.1/24 dev ${a.name}`);
  await a.machine.ip(`route add 10.78.0.0/16 dev ${a.name}`);
  await a.machine.ip("route add 203.0.113.0/24 dev eth0");
  await a.machine.ip("route add 2001:db8:7::/48 dev eth0");
  await a.machine.ip("route add unreachable 192.0.2.128/25");
  await a.machine.ip("addr add 2001:db8:8::1/64 dev eth0 nodad");
  await a.machine.ip(`addr del 10.77.0.1/24 dev ${a.name}`);
  // What is one makes the first datagram: what was none made none before it.
  await a.machine.ip("addr add 192.0.2.78/24 dev eth0");
  const [first] = await until("a datagram", async () => {
    const datagrams = await wire.datagrams();
    return datagrams.length > 0 && datagrams;
  });
  const times = (await wire.lines()).length;
  await wire.stop();
  expect(first?.subarray(0, 2)).toEqual(Buffer.of(4, 0xe0));
  expect(times).toBe(1);
});

scenario("changes that come in a flood, more than are told one by one, are one move", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  const { pid } = await a.status();
  await silent(a);
  oneWay(b.machine, INNER[4].a);
  process.kill(pid, "SIGSTOP");
  const routes = Array.from({ length: 20_000 }, (_, i) => `route add 10.${100 + (i >> 14)}.${(i >> 6) & 255}.${(i & 63) * 4}/30 dev eth0`);
  await a.machine.must(["ip", "-batch", "-"], { input: `${routes.join("\n")}\n` });
  await a.machine.ip(`addr del ${OUTER[4].a}/24 dev eth0`);
  await a.machine.ip(`addr add ${NEW[4]}/24 dev eth0`);
  process.kill(pid, "SIGCONT");
  await b.peerBecomes("is at the new address", ({ endpoint }) => endpoint === `${NEW[4]}:${PORT}`);
});
