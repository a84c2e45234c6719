import { expect } from "vitest";
import { INNER, makePair, OUTER } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

scenario(
  "a persistent keepalive connects without traffic, keeps the link and its round trip known, and tells the other side where it is",
  async ({ lab }) => {
    const { a, b } = await makePair(lab, {
      a: { interface: { ListenPort: undefined }, peer: { PersistentKeepalive: "1" } },
      b: { peer: { Endpoint: undefined } },
    });
    await b.up();
    expect(await b.peer()).toMatchObject({ state: "idle", endpoint: null });
    await a.up();
    const first = await b.peerBecomes("is connected", ({ state }) => state === "established");
    expect(first.endpoint).toBe(`${OUTER[4].a}:${(await a.status()).listenPort}`);
    // Nobody but the keepalive sends anything.
    await b.peerBecomes("is heard again and again", ({ rxBytes }) => rxBytes >= first.rxBytes + 2 * 48);
    const peer = await a.peer();
    expect(peer).toMatchObject({ state: "established", persistentKeepalive: 1, lastError: null });
    expect(peer.rttMs).toBeGreaterThan(0);
    expect(await b.machine.reaches(INNER[4].a)).toBe(true);
  },
);

scenario("without a persistent keepalive and traffic nothing is sent at all", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up();
  expect(await a.peer()).toMatchObject({ state: "idle", txBytes: 0, rxBytes: 0, lastHandshake: 0 });
  expect(await b.peer()).toMatchObject({ state: "idle", txBytes: 0, rxBytes: 0, lastHandshake: 0 });
});
