import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";
import { sha256, transfer } from "./lab/transfer.js";

scenario("several queues on both sides carry transfers both ways, and go away with the tunnel", async ({ lab }) => {
  const { a, b } = await makePair(lab, { a: { interface: { Queues: "3" } }, b: { interface: { Queues: "2" } } });
  await b.up();
  await a.up("--wait");
  expect((await a.status()).queues).toBe(3);
  expect((await b.status()).queues).toBe(2);
  const bytes = randomBytes(1 << 20);
  expect(await transfer(bytes, a.machine, b.machine, INNER[4].b), "IPv4 from a").toBe(sha256(bytes));
  expect(await transfer(bytes, b.machine, a.machine, INNER[6].a), "IPv6 from b").toBe(sha256(bytes));
});
