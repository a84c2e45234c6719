import { expect } from "vitest";
import { INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

for (const family of [4, 6] as const) {
  scenario(`the first IPv${family} packet of a fresh link is answered, though it starts the handshake`, async ({ lab }) => {
    const { a, b } = await makePair(lab);
    await b.up();
    await a.up();
    expect((await a.peer()).state).toBe("idle");
    expect(await a.machine.reaches(INNER[family].b)).toBe(true);
  });
}

scenario("what was sent before the other side came up is delivered when it does", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await a.up();
  const ping = a.machine.background(["ping", "-n", "-c", "3", "-i", "0.2", "-W", "20", INNER[4].b]);
  await a.peerBecomes("is called", ({ state }) => state === "handshaking");
  await b.up();
  expect(await ping.ended(30), ping.output).toBe(0);
  expect(ping.output).toMatch(/3 packets transmitted, 3 received/);
  expect(await b.machine.reaches(INNER[4].a)).toBe(true);
});
