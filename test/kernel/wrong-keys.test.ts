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
  {
    title: "one who has another key for it",
    changes: { a: { peer: { PublicKey: makeKeyPair().publicKey } } },
    drop: "mac1",
    code: "KEYS_DIFFER",
    compare: "PublicKey",
  },
  {
    title: "one who does not know the network's key",
    changes: { b: { interface: { NetworkKey: makePresharedKey() } } },
    drop: "mac1",
    code: "KEYS_DIFFER",
    compare: "NetworkKey",
  },
  {
    title: "one in a network of another name",
    changes: { b: { interface: { NetworkName: "head office" } } },
    drop: "auth",
    code: "NETWORK_NAME_DIFFERS",
    compare: "NetworkName",
  },
  {
    title: "one whose key it does not know",
    changes: { b: { peer: { PublicKey: makeKeyPair().publicKey } } },
    drop: "unknown-peer",
    code: "PEER_KEY_DIFFERS",
    compare: "PublicKey",
  },
];

for (const { title, changes, drop, code, compare } of STRANGERS) {
  scenario(`a node is silent to ${title}: no link, NO_ANSWER there, a counted drop and ${code} here, and no datagram`, async ({ lab }) => {
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
    const status = await b.status();
    expect(status.drops[drop]).toBeGreaterThan(1);
    expect(status.peers).toMatchObject([{ state: "idle", lastError: { code, fix: expect.stringContaining(compare) } }]);
    expect(status.peers[0]?.lastError?.message).toContain(`${OUTER[4].a}:${PORT}`);
    const told = b.machine.tunvpn
      .log(b.name)
      .split("\n")
      .filter((line) => line.includes(code));
    expect(told, "once, not for each call").toHaveLength(1);
    const strangers =
      drop === "unknown-peer" ? [{ publicKey: a.keys.publicKey, endpoint: `${OUTER[4].a}:${PORT}`, lastCall: expect.any(Number) }] : [];
    expect(status.strangers).toEqual(strangers);
  });
}

scenario("a stranger from an address that no peer has is in the status and the log, with his key", async ({ lab }) => {
  const { a, b } = await makePair(lab, { b: { peer: { PublicKey: makeKeyPair().publicKey, Endpoint: undefined } } });
  await a.up();
  await b.up();
  expect(await a.machine.reaches(INNER[4].b, "-W", "1")).toBe(false);
  const { strangers, peers } = await b.status();
  expect(strangers).toMatchObject([{ publicKey: a.keys.publicKey, endpoint: `${OUTER[4].a}:${PORT}` }]);
  expect(peers).toMatchObject([{ state: "idle", lastError: null }]);
  expect(await b.machine.tunvpn.must("status")).toContain(
    `warning UNKNOWN_CALLER: ${OUTER[4].a}:${PORT} calls with the key ${a.keys.publicKey}`,
  );
  const told = b.machine.tunvpn
    .log(b.name)
    .split("\n")
    .filter((line) => line.includes("UNKNOWN_CALLER"));
  expect(told.map((line) => JSON.parse(line))).toMatchObject([
    { level: "warn", publicKey: a.keys.publicKey, fix: expect.stringContaining("[Peer]") },
  ]);
});
