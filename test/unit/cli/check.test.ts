import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Parsed } from "../../../src/config/parse.js";
import { run } from "./fake-surroundings.js";

const WARNING = { line: 0, severity: "warning", code: "NO_PEERS", message: "there is no [Peer]", fix: "add one" } as const;
const ERROR = { line: 3, severity: "error", code: "UNKNOWN_KEY", message: "no key Adress", fix: "write Address" } as const;
const UNSUPPORTED = { line: 5, key: "DNS", reason: "left as it is" };

function check(words: string[], found: Partial<Parsed>) {
  const parsed: Parsed = { config: undefined, problems: [], unsupported: [], ...found };
  const loadConfig = async (target: string) => ({
    name: "head",
    path: target === "head" ? "/etc/tunvpn/head.conf" : resolve(target),
    parsed,
  });
  return run(["check", ...words], { loadConfig });
}

describe("check", () => {
  it("says ok of a file that is", async () => {
    expect(await check(["./head.conf"], {})).toEqual({ code: 0, answered: "./head.conf: ok\n", told: "" });
    expect((await check(["head"], {})).answered).toBe("/etc/tunvpn/head.conf: ok\n");
  });

  it("tells what is wrong, and where", async () => {
    expect(await check(["head.conf"], { problems: [ERROR] })).toEqual({
      code: 2,
      answered: "head.conf: 1 error\n",
      told: "error UNKNOWN_KEY: head.conf:3: no key Adress\n  fix: write Address\n",
    });
  });

  it("does not fail for warnings, but for what up would refuse", async () => {
    expect((await check(["head"], { problems: [WARNING] })).code).toBe(0);
    const refused = await check(["head"], { unsupported: [UNSUPPORTED] });
    expect(refused).toMatchObject({ code: 2, told: expect.stringContaining("/etc/tunvpn/head.conf:5: DNS: left as it is") });
  });

  it("answers as JSON", async () => {
    const { code, answered } = await check(["head.conf", "--json"], { problems: [ERROR], unsupported: [UNSUPPORTED] });
    expect(code).toBe(2);
    expect(JSON.parse(answered)).toEqual({ version: 1, file: "head.conf", ok: false, problems: [ERROR], unsupported: [UNSUPPORTED] });
  });
});
