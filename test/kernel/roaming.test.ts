import { expect } from "vitest";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

const NEW = "192.0.2.77";

scenario("a side that gets another address under a running link is followed there", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  const { lastHandshake } = await b.peer();
  expect((await b.peer()).endpoint).toBe(`${OUTER[4].a}:${PORT}`);
  await a.machine.ip(`addr del ${OUTER[4].a}/24 dev eth0`);
  await a.machine.ip(`addr add ${NEW}/24 dev eth0`);
  const pings = a.machine.background(["ping", "-n", "-i", "0.2", INNER[4].b]);
  await b.peerBecomes("is at the new address", ({ endpoint }) => endpoint === `${NEW}:${PORT}`);
  await pings.stop("SIGINT");
  expect(await b.machine.reaches(INNER[4].a), "from the side that stayed").toBe(true);
  expect(await a.machine.reaches(INNER[4].b), "from the side that moved").toBe(true);
  expect((await b.peer()).lastHandshake, "no new handshake").toBe(lastHandshake);
});
