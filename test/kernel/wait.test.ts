import { expect } from "vitest";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { shownReports } from "./lab/report.js";
import { scenario } from "./lab/scenario.js";

scenario("up --wait returns after the first handshake, with no traffic to start it", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait=20");
  expect(await a.peer()).toMatchObject({ state: "established", lastError: null });
  expect((await a.peer()).lastHandshake).toBeGreaterThan(0);
});

scenario(
  "up --wait=2 ends with 1 and the reason when nobody answers; the agent stays, and connects once somebody does",
  async ({ lab }) => {
    const { a, b } = await makePair(lab);
    const { code, stderr } = await a.machine.tunvpn.run(["up", a.path, "--wait=2"]);
    expect(code).toBe(1);
    const [late, why] = shownReports(stderr);
    expect(late).toMatchObject({ severity: "error", code: "NO_PEER_CONNECTED", message: expect.stringContaining("2 s") });
    // Nobody listens there: the kernel may say so, or nothing comes at all.
    expect(why?.code).toMatch(/^(NO_ANSWER|SEND_FAILED)$/);
    expect(why?.message).toContain(`${OUTER[4].b}:${PORT}`);
    expect((await a.peer()).lastError?.code).toBe(why?.code);
    await b.up();
    expect(await a.peerBecomes("is connected", ({ state }) => state === "established")).toMatchObject({ lastError: null });
    expect(await a.machine.reaches(INNER[4].b)).toBe(true);
  },
);
