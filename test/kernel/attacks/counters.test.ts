import { expect } from "vitest";
import { makeAttackedPair } from "../lab/attacked-pair.js";
import { INNER } from "../lab/pair.js";
import { scenario } from "../lab/scenario.js";
import { until } from "../lab/until.js";

const DATA = 4;
const KILLS = 3;

scenario("no counter of a session is used twice, also by an agent that was killed and started again", async ({ lab }) => {
  const { a, b, eve } = await makeAttackedPair(lab);
  await b.up();
  for (let kills = 0; kills < KILLS; kills++) {
    await a.up("--wait");
    expect(await a.machine.reaches(INNER[4].b, "-c", "5", "-i", "0.2")).toBe(true);
    const { pid } = await a.status();
    process.kill(pid, "SIGKILL");
    await until("the interface is gone", async () => (await a.machine.run(["ip", "link", "show", a.name])).code !== 0);
  }
  await a.up("--wait");
  const sealed = new Map<string, string>();
  const indices = new Set<string>();
  for (const { bytes } of eve.heard()) {
    if (bytes[0] !== DATA) continue;
    const place = bytes.subarray(4, 16).toString("hex");
    expect(sealed.get(place) ?? bytes.toString("hex"), `receiver_index and counter ${place}`).toBe(bytes.toString("hex"));
    sealed.set(place, bytes.toString("hex"));
    indices.add(bytes.subarray(4, 8).toString("hex"));
  }
  expect(indices.size, "sessions in both directions").toBeGreaterThanOrEqual(2 * (KILLS + 1));
});
