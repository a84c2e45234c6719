import { writeFile } from "node:fs/promises";
import { expect } from "vitest";
import type { Machine } from "./lab/machine.js";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

const NAME = "branch.tunvpn.test";

scenario("an endpoint name that does not resolve fails no start: status says so, and the link comes up once it does", async ({ lab }) => {
  const { a, b } = await makePair(lab, { a: { peer: { Endpoint: `${NAME}:${PORT}` } }, b: { peer: { Endpoint: undefined } } });
  await b.up();
  const { hosts, words } = await nameService(a.machine);
  const up = await a.machine.run([...words, ...a.machine.tunvpn.words("up", a.path)], { env: a.machine.tunvpn.environment });
  expect(up.code, up.stderr).toBe(0);
  expect(await a.machine.reaches(INNER[4].b, "-W", "1")).toBe(false);
  const { lastError, endpoint } = await a.peerBecomes("has an error", (peer) => peer.lastError !== null);
  expect(lastError).toMatchObject({ code: "ENDPOINT_UNRESOLVED", message: expect.stringContaining(NAME) });
  expect(lastError?.fix).toContain(`getent ahosts ${NAME}`);
  expect(endpoint).toBeNull();

  await writeFile(hosts, `${OUTER[4].b} ${NAME}\n`);
  const peer = await a.peerBecomes("is connected", ({ state }) => state === "established");
  expect(peer).toMatchObject({ endpoint: `${OUTER[4].b}:${PORT}`, lastError: null });
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
});

/** Words that start a program with a hosts file of the machine's own, and no name server. Empty, until somebody writes to it. */
async function nameService(machine: Machine): Promise<{ hosts: string; words: string[] }> {
  const hosts = await machine.write("hosts", "", 0o644);
  const resolver = await machine.write("resolv.conf", "nameserver 127.0.0.1\n", 0o644);
  const script = 'mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf && shift 2 && exec "$@"';
  return { hosts, words: ["sh", "-c", script, "sh", hosts, resolver] };
}
