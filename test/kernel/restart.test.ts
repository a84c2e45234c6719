import { expect } from "vitest";
import { type End, INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { until } from "./lab/until.js";

/** A network behind the peer, so that a route of its own is made. */
const BEHIND_B = { AllowedIPs: `${INNER[4].b}/32, 10.20.0.0/16` };

const ENDINGS = {
  "taken down": (end: End) => end.down(),
  killed: (end: End) => kill(end),
};

for (const [ended, end] of Object.entries(ENDINGS)) {
  for (const [first, direction] of [
    ["it", "the restarted side sends first"],
    ["other", "the other side sends first"],
  ] as const) {
    scenario(`after one side was ${ended} and started again the link is back, when ${direction}`, async ({ lab }) => {
      const { a, b } = await makePair(lab, { a: { peer: BEHIND_B } });
      await a.up();
      await b.up("--wait");
      await end(a);
      const started = performance.now();
      expect(await a.up(), "warnings of the second start").toEqual([]);
      const [sender, address] = first === "it" ? [a, INNER[4].b] : [b, INNER[4].a];
      // Sooner than the silence after which the other side would call anyway.
      await until("an answer through the tunnel", () => sender.machine.reaches(address, "-W", "0.2"), 10);
      process.stdout.write(`${ended}, ${direction}: back after ${Math.round(performance.now() - started)} ms\n`);
      expect(await a.machine.reaches(INNER[4].b), "from a").toBe(true);
      expect(await b.machine.reaches(INNER[4].a), "from b").toBe(true);
      const routes = JSON.parse(await a.machine.must(["ip", "-j", "route", "show", "10.20.0.0/16"])) as unknown[];
      expect(routes).toHaveLength(1);
      expect((await a.peer()).lastError).toBeNull();
      expect((await b.peer()).lastError).toBeNull();
    });
  }
}

scenario("the first packet after a restart is answered, though the other side still held its old session", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await a.up();
  await b.up("--wait");
  await kill(a);
  await a.up();
  expect(await a.machine.reaches(INNER[4].b, "-W", "8")).toBe(true);
});

scenario("a side that comes back on another port is found there, when the other one has no Endpoint for it", async ({ lab }) => {
  const { a, b } = await makePair(lab, {
    a: { interface: { ListenPort: undefined }, peer: { PersistentKeepalive: "25" } },
    b: { peer: { Endpoint: undefined } },
  });
  await b.up();
  await a.up("--wait");
  const before = (await a.status()).listenPort;
  expect((await b.peer()).endpoint).toBe(`192.0.2.1:${before}`);
  await kill(a);
  const started = performance.now();
  await a.up();
  const after = (await a.status()).listenPort;
  expect(after).not.toBe(before);
  await b.peerBecomes("is at the new port", ({ endpoint }) => endpoint === `192.0.2.1:${after}`);
  expect(await b.machine.reaches(INNER[4].a)).toBe(true);
  process.stdout.write(`another port: back after ${Math.round(performance.now() - started)} ms\n`);
});

async function kill(end: End): Promise<void> {
  const { pid } = await end.status();
  process.kill(pid, "SIGKILL");
  await until("the end of the agent's interface", async () => (await end.machine.run(["ip", "link", "show", end.name])).code !== 0);
}
