import { expect } from "vitest";
import { Capture } from "./lab/capture.js";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { until } from "./lab/until.js";

const STRANGE_SOURCES = {
  "an address that belongs to nobody": "10.66.6.6",
  "an address of the receiver's own": "10.9.0.22",
};

for (const [title, source] of Object.entries(STRANGE_SOURCES)) {
  scenario(`an inner packet from ${title} is dropped and counted as source`, async ({ lab }) => {
    const { a, b } = await makePair(lab, {
      b: { interface: { Address: `${INNER[4].b}/24, 10.9.0.22/24` }, peer: { AllowedIPs: "10.9.0.0/24" } },
    });
    await b.up();
    await a.up("--wait");
    const inside = await Capture.start(b.machine, b.name);
    await a.machine.ip(`addr add ${source}/32 dev lo`);
    await a.machine.must(["socat", "-u", "STDIN", `UDP4-SENDTO:${INNER[4].b}:9,bind=${source}`], { input: "strange" });
    await b.peerBecomes("has sent from a strange source", ({ drops }) => drops.source === 1);
    expect(await a.machine.reaches(INNER[4].b), "what belongs to a").toBe(true);
    await inside.stop();
    expect(await inside.lines(`src host ${INNER[4].a}`)).not.toEqual([]);
    expect(await inside.lines("udp")).toEqual([]);
  });
}

scenario("a datagram sent once more is dropped and counted as replay, from its own address and from another", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  // DATA, longer than an empty packet.
  const wire = await Capture.start(a.machine, "eth0", `src host ${OUTER[4].a} and udp[8] = 4 and udp[4:2] > 60`);
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
  const datagram = await until("a captured datagram", async () => (await wire.datagrams())[0]);
  await wire.stop();
  const inside = await Capture.start(b.machine, b.name);

  for (const [count, port] of [PORT, PORT + 1].entries()) {
    const header = Buffer.alloc(8);
    header.writeUInt16BE(port, 0);
    header.writeUInt16BE(PORT, 2);
    header.writeUInt16BE(header.length + datagram.length, 4);
    await a.machine.must(["socat", "-u", "STDIN", `IP4-SENDTO:${OUTER[4].b}:17`], { input: Buffer.concat([header, datagram]) });
    await b.peerBecomes("has sent again", ({ drops }) => drops.replay === count + 1);
  }
  await inside.stop();
  expect(await inside.lines()).toEqual([]);
  expect((await b.peer()).endpoint).toBe(`${OUTER[4].a}:${PORT}`);
  expect(await b.machine.reaches(INNER[4].a)).toBe(true);
});
