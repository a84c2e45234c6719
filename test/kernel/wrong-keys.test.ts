import { expect } from "vitest";
import { Capture } from "./lab/capture.js";
import { makeKeyPair, makePresharedKey } from "./lab/keys.js";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

scenario("two different pre-shared keys make no link, and the initiator's status says ANSWER_REFUSED", async ({ lab }) => {
  const { a, b } = await makePair(lab, {
    a: { peer: { PresharedKey: makePresharedKey() } },
    b: { peer: { PresharedKey: makePresharedKey() } },
  });
  await a.up();
  await b.up();
  expect(await a.machine.reaches(INNER[4].b, "-W", "1")).toBe(false);
  const { lastError, state, lastHandshake } = await a.peerBecomes("has an error", (peer) => peer.lastError !== null);
  expect(lastError).toMatchObject({ code: "ANSWER_REFUSED", fix: expect.stringContaining("PresharedKey") });
  expect(lastError?.message).toContain(`${OUTER[4].b}:${PORT}`);
  expect({ state, lastHandshake }).toEqual({ state: "handshaking", lastHandshake: 0 });
  expect(await b.peer()).toMatchObject({ lastHandshake: 0, rxBytes: 0, txBytes: 0 });
});

const STRANGERS = [
  { title: "one who has another key for it", changes: { a: { peer: { PublicKey: makeKeyPair().publicKey } } }, drop: "mac1" },
  { title: "one who does not know the network's key", changes: { b: { interface: { NetworkKey: makePresharedKey() } } }, drop: "mac1" },
  { title: "one whose key it does not know", changes: { b: { peer: { PublicKey: makeKeyPair().publicKey } } }, drop: "unknown-peer" },
];

for (const { title, changes, drop } of STRANGERS) {
  scenario(`a node is silent to ${title}: no link, NO_ANSWER there, a counted drop here, and no datagram`, async ({ lab }) => {
    const { a, b } = await makePair(lab, changes);
    await a.up();
    await b.up();
    const wire = await Capture.start(b.machine, "eth0", "udp");
    expect(await a.machine.reaches(INNER[4].b, "-W", "1")).toBe(false);
    const { lastError } = await a.peerBecomes("has an error", (peer) => peer.lastError !== null);
    expect(lastError?.code).toBe("NO_ANSWER");
    expect(lastError?.message).toContain(`${OUTER[4].b}:${PORT}`);
    await wire.stop();
    expect((await wire.lines(`src host ${OUTER[4].a} and dst port ${PORT}`)).length).toBeGreaterThan(1);
    expect(await wire.lines(`src host ${OUTER[4].b}`)).toEqual([]);
    expect((await b.status()).drops[drop]).toBeGreaterThan(1);
    expect((await b.peer()).state).toBe("idle");
  });
}
