import { expect } from "vitest";
import { INNER, makePair } from "./lab/pair.js";
import { ProgramCopy } from "./lab/program-copy.js";
import { expectRefusal, type Refusal } from "./lab/refusal.js";
import { shownReports } from "./lab/report.js";
import { scenario } from "./lab/scenario.js";

const BUILD_IT = "npm run build";

const SHIMS: readonly (Refusal & { title: string; change(copy: ProgramCopy): Promise<void> })[] = [
  {
    title: "was not built",
    change: (copy) => copy.removeShim(),
    code: "SHIM_MISSING",
    exit: 1,
    says: ["native-shim/build/libtunvpn.so"],
    fix: BUILD_IT,
  },
  {
    title: "is of another ABI",
    change: (copy) => copy.replaceShim("unsigned tv_abi(void) { return 4711; }"),
    code: "SHIM_OUTDATED",
    exit: 1,
    says: ["native-shim/build/libtunvpn.so", "4711"],
    fix: BUILD_IT,
  },
  {
    title: "is another library",
    change: (copy) => copy.replaceShim("int something_else(void) { return 0; }"),
    code: "SHIM_OUTDATED",
    exit: 1,
    says: ["native-shim/build/libtunvpn.so", "none"],
    fix: BUILD_IT,
  },
  {
    title: "is damaged",
    change: (copy) => copy.damageShim(),
    code: "SHIM_UNUSABLE",
    exit: 1,
    says: ["native-shim/build/libtunvpn.so"],
    fix: BUILD_IT,
  },
];

for (const { title, change, ...refusal } of SHIMS) {
  scenario(`up refuses, names the remedy and leaves nothing when the native shim ${title}`, async ({ lab }) => {
    const { a } = await makePair(lab);
    const copy = await ProgramCopy.make(lab, "copy");
    await change(copy);
    await expectRefusal(a.machine, a.path, refusal, { tunvpn: a.machine.tunvpn.with({ program: copy.program }) });
  });
}

scenario("up refuses a TUNVPN_BOX that does not exist, names the remedy and leaves nothing", async ({ lab }) => {
  const { a } = await makePair(lab);
  const refusal = { code: "BOX_UNAVAILABLE", exit: 1, says: ["TUNVPN_BOX", '"quickest"'], fix: "unset TUNVPN_BOX, or set it to sodium" };
  await expectRefusal(a.machine, a.path, refusal, { words: ["env", "TUNVPN_BOX=quickest"] });
});

scenario("TUNVPN_BOX=sodium is obeyed, and understood by a peer with the quickest box", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  expect(await a.machine.tunvpn.run(["up", a.path], { env: { TUNVPN_BOX: "sodium" } })).toMatchObject({ code: 0 });
  await b.up();
  await a.machine.must(["ping", "-c", "3", "-W", "5", "-s", "1300", INNER[4].b]);
  expect((await a.status()).box).toBe("sodium");
  expect((await b.status()).box).toMatch(/^(avx512|avx2|sodium)$/);
});

scenario("a command that is newer than the agent says so, and does what it was told", async ({ lab }) => {
  const { a } = await makePair(lab);
  await a.up();
  const copy = await ProgramCopy.make(lab, "copy");
  await copy.setVersion("99.1.2");
  const newer = a.machine.tunvpn.with({ program: copy.program });
  const { code, stdout, stderr } = await newer.run(["status", "--json"]);
  expect(code).toBe(0);
  const [skew, ...others] = shownReports(stderr);
  expect(skew).toMatchObject({ severity: "warning", code: "VERSION_SKEW", message: expect.stringContaining("99.1.2") });
  expect(skew?.message).toContain(a.name);
  expect(others).toEqual([]);
  expect(JSON.parse(stdout)).toMatchObject({ interfaces: [{ name: a.name }] });
  const down = await newer.run(["down", a.name]);
  expect(down.code).toBe(0);
  expect(shownReports(down.stderr)).toMatchObject([{ severity: "warning", code: "VERSION_SKEW" }]);
});
