import { expect } from "vitest";
import { makePair } from "./lab/pair.js";
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
