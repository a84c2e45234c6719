import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { BenchDocument } from "../bench/document.js";
import { Background } from "./lab/background.js";
import { must } from "./lab/command.js";
import { scenario } from "./lab/scenario.js";

/** As scripts/bench.sh starts it, once it has built everything and has namespaces. */
const BENCH = [process.execPath, "--input-type=module", "-e", 'await (await import("vite")).runnerImport("./test/bench/main.ts")', "--"];

scenario("the benchmark measures, writes down what it found, and leaves no namespace", async ({ lab }) => {
  const out = join(lab.directory, "bench");
  const words = ["--only", "tunvpn,veth", "--measures", "tcp,cpu", "--rounds", "1", "--seconds", "1", "--out", out];
  const bench = new Background([...BENCH, ...words]);
  onTestFinished(async () => {
    await bench.stop();
  });
  await bench.says(/^up: tunvpn/m);
  expect(await namespacesOf(bench)).toHaveLength(2);
  expect(await bench.ended(60), bench.output).toBe(0);
  expect(bench.output).toMatch(/^one TCP stream +Gbit\/s +[\d.]+ +[\d.]+$/m);

  const document = JSON.parse(await readFile(join(out, "part.json"), "utf8")) as BenchDocument;
  expect(document).toMatchObject({ version: 1, kind: "part", missing: [], failures: [], tunvpn: { queues: expect.any(Number) } });
  expect(document.contenders.map(({ name }) => name)).toEqual(["tunvpn", "veth"]);
  const counts = document.measures.map(({ id, results }) => [
    id,
    ...results.map(({ contender, samples }) => `${contender} ${samples.length}`),
  ]);
  expect(counts).toEqual([
    ["tcp", "tunvpn 1", "veth 1"],
    ["cpu", "tunvpn 1"],
  ]);
  for (const { results } of document.measures) for (const { median } of results) expect(median).toBeGreaterThan(0);
  expect(await namespacesOf(bench)).toEqual([]);
});

/** Their names begin with the process that made them. */
async function namespacesOf({ pid }: Background): Promise<string[]> {
  return (await must(["ip", "netns", "list"])).split("\n").filter((line) => line.startsWith(`tvk${pid}-`));
}
