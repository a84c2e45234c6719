import { openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { expect } from "vitest";
import { makePresharedKey } from "./lab/keys.js";
import { INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

scenario(
  "an agent in the background holds nothing of its caller: no descriptor, folder, session or controlling terminal",
  async ({ lab }) => {
    const { a } = await makePair(lab);
    const held = await a.machine.write("held", "");
    const descriptor = openSync(held, "r");
    // One that Node closes by itself, and one beyond a gap, which it does not look for.
    const { code } = await a.machine.tunvpn.run(["up", a.path], { descriptors: new Map([9, 40].map((number) => [number, descriptor])) });
    expect(code).toBe(0);
    const { pid } = await a.status();
    const open = readdirSync(`/proc/${pid}/fd`).map((number) => `${number}: ${target(pid, number)}`);
    expect(open.filter((line) => line.endsWith(held))).toEqual([]);
    expect(open).toContain("0: /dev/null");
    expect(open).toContain(`1: ${a.machine.tunvpn.directories.runtime}/${a.name}.log`);
    expect(open).toContain(`2: ${a.machine.tunvpn.directories.runtime}/${a.name}.log`);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe("/");
    const [, parent, , session, terminal] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    expect({ session: Number(session), terminal }).toEqual({ session: pid, terminal: "0" });
    expect(Number(parent)).not.toBe(process.pid);
  },
);

scenario("an agent in the background lives on when its terminal hangs up", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await b.up();
  await a.up("--wait");
  const { pid } = await a.status();
  process.kill(pid, "SIGHUP");
  expect(await a.machine.reaches(INNER[4].b)).toBe(true);
  expect((await a.status()).pid).toBe(pid);
});

scenario(
  "no secret is in an agent's command line, environment, log, status or show, and none of it goes into a core dump",
  async ({ lab }) => {
    const psk = makePresharedKey();
    const networkKey = makePresharedKey();
    const settings = { interface: { NetworkKey: networkKey }, peer: { PresharedKey: psk } };
    const { a, b } = await makePair(lab, { a: settings, b: settings });
    await b.machine.tunvpn.run(["up", b.path], { env: { TUNVPN_LOG_LEVEL: "trace" } });
    await a.machine.tunvpn.run(["up", a.path, "--wait"], { env: { TUNVPN_LOG_LEVEL: "trace" } });
    expect(await a.machine.reaches(INNER[4].b)).toBe(true);
    const { pid } = await a.status();
    const { tunvpn } = a.machine;
    const seen = {
      "its command line": readFileSync(`/proc/${pid}/cmdline`, "latin1"),
      "its environment": readFileSync(`/proc/${pid}/environ`, "latin1"),
      "its log": tunvpn.log(a.name),
      "status --json": JSON.stringify(await tunvpn.document()),
      status: await tunvpn.must("status"),
      show: (await tunvpn.must("show")) + (await tunvpn.must("show", a.name, "dump")),
    };
    for (const [place, text] of Object.entries(seen)) {
      expect(text, place).not.toBe("");
      for (const secret of [a.keys.privateKey, psk, networkKey]) {
        for (const form of ["base64", "hex", "latin1"] as const) {
          expect(text.includes(Buffer.from(secret, "base64").toString(form)), `a secret in ${place}, as ${form}`).toBe(false);
        }
      }
    }
    expect(readFileSync(`/proc/${pid}/limits`, "utf8")).toMatch(/^Max core file size +0 +0 /m);
  },
);

scenario("logs tells in readable lines that the tunnel came up, connected and went down", async ({ lab }) => {
  const { a, b } = await makePair(lab, { a: { peer: { Name: "branch" } } });
  await b.up();
  await a.up("--wait");
  await a.down();
  const lines = (await a.machine.tunvpn.must("logs", a.name)).trimEnd().split("\n");
  expect(lines.length).toBeGreaterThanOrEqual(3);
  expect(lines.filter((line) => line.startsWith("{"))).toEqual([]);
  expect(lines.some((line) => /\bup\b/.test(line))).toBe(true);
  expect(lines.some((line) => /connected/.test(line) && /branch/.test(line))).toBe(true);
  expect(lines.at(-1)).toMatch(/\bdown\b/);
});

function target(pid: number, descriptor: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return "(closed)";
  }
}

scenario("no signal opens a debugger in an agent, and one that is open is closed", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await a.machine.tunvpn.run(["up", a.path], { env: { NODE_OPTIONS: "--inspect" } });
  await b.up();
  for (const site of [a, b]) {
    const { pid } = await site.status();
    process.kill(pid, "SIGUSR1");
    // A debugger listens long before that is answered.
    await site.machine.tunvpn.must("status");
    expect((await site.status()).pid).toBe(pid);
    expect(await site.machine.must(["ss", "-Hltn"])).toBe("");
  }
});
