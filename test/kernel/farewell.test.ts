import { expect } from "vitest";
import { type End, INNER, makePair, OUTER } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { until } from "./lab/until.js";

const ENDINGS: Record<string, (end: End) => Promise<void>> = {
  down: (end) => end.down(),
  SIGTERM: async (end) => {
    const { pid } = await end.status();
    process.kill(pid, "SIGTERM");
    await until("the end of the agent", async () => end.machine.tunvpn.leftFiles().length === 0);
  },
};

for (const [title, finish] of Object.entries(ENDINGS)) {
  scenario(`after ${title} the other side knows at once that its peer is gone, and says so in its log`, async ({ lab }) => {
    const { a, b } = await makePair(lab);
    await b.up();
    await a.up("--wait");
    expect((await b.peer()).state).toBe("established");
    await finish(a);
    // Nothing else would tell it within three minutes: it sends nothing.
    const { state, lastError } = await b.peerBecomes("is idle", (peer) => peer.state !== "established");
    expect({ state, lastError }).toEqual({ state: "idle", lastError: null });
    expect(b.machine.tunvpn.log(b.name)).toContain("said goodbye");
    expect((await b.status()).drops).toEqual({});
  });
}

scenario("a side that goes down and comes back is called again by traffic", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  await a.down();
  await b.peerBecomes("is idle", ({ state }) => state === "idle");
  await a.up();
  expect(await b.machine.reaches(INNER[4].a)).toBe(true);
});

scenario("down takes no longer while the other side is away, and leaves nothing", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  await a.machine.ip("link set eth0 down");
  const started = performance.now();
  await a.down();
  process.stdout.write(`down without a road: ${Math.round(performance.now() - started)} ms\n`);
  expect(a.machine.tunvpn.leftFiles()).toEqual([]);
  expect((await b.peer()).state, "whom no word reached").toBe("established");
});

scenario("each side tells its program and its MTU, and the log says how to mend two that differ", async ({ lab }) => {
  const { a, b } = await makePair(lab, { b: { interface: { MTU: "1380" } } });
  await b.up();
  expect(await b.peer()).toMatchObject({ agent: null, mtu: null });
  await a.up("--wait");
  const { agentVersion } = await a.status();
  expect(await a.peerBecomes("has greeted", (peer) => peer.agent !== null)).toMatchObject({ agent: `tunvpn/${agentVersion}`, mtu: 1380 });
  expect(await b.peerBecomes("has greeted", (peer) => peer.agent !== null)).toMatchObject({ agent: `tunvpn/${agentVersion}`, mtu: 1420 });
  for (const [end, mtu, peerMtu] of [
    [a, 1420, 1380],
    [b, 1380, 1420],
  ] as const) {
    const line = end.machine.tunvpn
      .log(end.name)
      .split("\n")
      .filter((text) => text.includes("another MTU"));
    expect(line.map((text) => JSON.parse(text))).toMatchObject([
      { level: "warn", mtu, peerMtu, msg: expect.stringContaining("same MTU in both files") },
    ]);
  }
  expect((await a.peer()).endpoint).toContain(OUTER[4].b);
});
