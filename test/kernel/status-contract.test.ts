import { expect } from "vitest";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { shownReports } from "./lab/report.js";
import { scenario } from "./lab/scenario.js";

scenario("status --json has every field of version 1, with its type", async ({ lab }) => {
  const { a, b } = await makePair(lab, { a: { peer: { Name: "branch", PersistentKeepalive: "25" } } });
  await b.up();
  await a.up("--wait");
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
  const now = Date.now() / 1000;
  const document = await a.machine.tunvpn.document();
  expect(document).toEqual({
    version: 1,
    interfaces: [
      {
        name: a.name,
        mode: "tun",
        publicKey: a.keys.publicKey,
        listenPort: PORT,
        fwMark: 0,
        mtu: 1420,
        addresses: [`${INNER[4].a}/24`, `${INNER[6].a}/64`],
        pid: expect.any(Number),
        agentVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
        queues: expect.any(Number),
        box: expect.stringMatching(/^\w+$/),
        offloads: expect.any(Array),
        rxBytes: expect.any(Number),
        txBytes: expect.any(Number),
        rxPackets: expect.any(Number),
        txPackets: expect.any(Number),
        drops: expect.any(Object),
        strangers: [],
        peers: [
          {
            name: "branch",
            publicKey: b.keys.publicKey,
            presharedKey: false,
            endpoint: `${OUTER[4].b}:${PORT}`,
            allowedIps: [`${INNER[4].b}/32`, `${INNER[6].b}/128`],
            persistentKeepalive: 25,
            state: "established",
            lastHandshake: expect.any(Number),
            rxBytes: expect.any(Number),
            txBytes: expect.any(Number),
            rttMs: expect.any(Number),
            pathMtu: null,
            agent: expect.stringMatching(/^tunvpn\/\d+\.\d+\.\d+$/),
            mtu: 1420,
            drops: {},
            lastError: null,
          },
        ],
      },
    ],
  });
  const [status] = document.interfaces;
  const [peer] = status?.peers ?? [];
  expect(Math.abs(now - (peer?.lastHandshake ?? 0)), "seconds since the handshake").toBeLessThan(60);
  // At least one ping of 84 bytes each way, and the same sealed and with its header.
  for (const count of [status?.rxPackets, status?.txPackets]) expect(count).toBeGreaterThanOrEqual(1);
  for (const bytes of [status?.rxBytes, status?.txBytes]) expect(bytes).toBeGreaterThanOrEqual(84);
  for (const bytes of [peer?.rxBytes, peer?.txBytes]) expect(bytes).toBeGreaterThanOrEqual(84 + 32);
  expect(await a.machine.tunvpn.document(a.name)).toMatchObject({ interfaces: [{ name: a.name }] });
});

scenario("the table of status prints the state word for word, and show prints wg's columns without the private key", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  const tunvpn = a.machine.tunvpn;
  expect(await tunvpn.must("status")).toContain("established");
  const [own, peer] = (await tunvpn.must("show", a.name, "dump")).split("\n").map((line) => line.split("\t"));
  expect(own).toEqual(["(none)", a.keys.publicKey, String(PORT), "off"]);
  expect(peer?.slice(0, 4)).toEqual([b.keys.publicKey, "(none)", `${OUTER[4].b}:${PORT}`, `${INNER[4].b}/32,${INNER[6].b}/128`]);
  expect(peer).toHaveLength(8);
});

scenario("without an agent status is an empty list with 0, status IF and down end with 3", async ({ lab }) => {
  const { tunvpn } = await lab.machine("a");
  const all = await tunvpn.run(["status", "--json"]);
  expect({ code: all.code, document: JSON.parse(all.stdout) }).toEqual({ code: 0, document: { version: 1, interfaces: [] } });
  for (const command of ["status", "down"]) {
    const { code, stderr } = await tunvpn.run([command, "nowhere"]);
    expect({ code, reports: shownReports(stderr) }).toMatchObject({ code: 3, reports: [{ severity: "error", code: "NOT_RUNNING" }] });
    expect(stderr).toContain(tunvpn.directories.runtime);
  }
  const asJson = await tunvpn.run(["status", "nowhere", "--json"]);
  expect(asJson.code).toBe(3);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: "NOT_RUNNING" } });
});

scenario("up on a tunnel that is up ends with ALREADY_UP and leaves it alone", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  const { pid } = await a.status();
  const { code, stderr } = await a.machine.tunvpn.run(["up", a.path]);
  expect(code).toBe(1);
  expect(shownReports(stderr)).toMatchObject([{ severity: "error", code: "ALREADY_UP", message: expect.stringContaining(String(pid)) }]);
  expect((await a.status()).pid).toBe(pid);
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
});
