import { expect } from "vitest";
import { INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

const NOBODY = { 4: "10.9.0.99", 6: "fd09::99" };

for (const family of [4, 6] as const) {
  scenario(
    `traffic for an IPv${family} address that no peer has ends at once with ICMP unreachable, and is counted as no-route`,
    async ({ lab }) => {
      const { a } = await makePair(lab);
      await a.up();
      const { code, stdout } = await a.machine.run(["ping", "-n", "-c", "1", "-W", "10", NOBODY[family]]);
      expect(code).toBe(1);
      expect(stdout).toMatch(new RegExp(`^From ${NOBODY[family]} icmp_seq=1 Destination .*nreachable`, "m"));
      expect((await a.status()).drops["no-route"]).toBeGreaterThan(0);
    },
  );
}

scenario("traffic for a peer that nobody can call goes nowhere, and status says NO_ENDPOINT", async ({ lab }) => {
  const { a } = await makePair(lab, { a: { peer: { Endpoint: undefined } } });
  await a.up();
  expect(await a.machine.reaches(INNER[4].b, "-W", "1")).toBe(false);
  const { lastError } = await a.peerBecomes("has an error", (peer) => peer.lastError !== null);
  expect(lastError).toMatchObject({ code: "NO_ENDPOINT", fix: expect.stringContaining("Endpoint") });
});
