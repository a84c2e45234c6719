import { describe, expect, it } from "vitest";
import type { InterfaceStatus } from "../../../src/observe/status.js";
import { formatStatus } from "../../../src/observe/status-table.js";
import { PLAIN } from "../../../src/observe/style.js";
import { branch, depot, document, head, NOW } from "../observe/sample-status.js";
import { FakeTerminal, run } from "./fake-surroundings.js";

function running(...interfaces: InterfaceStatus[]) {
  const asked: (string | undefined)[] = [];
  return {
    asked,
    doors: {
      readStatus: async (name?: string) => {
        asked.push(name);
        return document(...interfaces);
      },
    },
  };
}

describe("status", () => {
  it("answers with the table, as wide as the terminal is", async () => {
    const { doors, asked } = running(head());
    const terminal = new FakeTerminal();
    terminal.screen = { columns: 100, rows: 24 };
    const { code, answered, told } = await run(["status"], doors, terminal);
    expect({ code, told }).toEqual({ code: 0, told: "" });
    expect(answered).toBe(`${formatStatus(document(head()), { now: NOW, width: 100, style: PLAIN })}\n`);
    expect((await run(["status"], doors)).answered).not.toBe(answered);
    expect(asked).toEqual([undefined, undefined]);
  });

  it.each(["head", "head.conf", "/etc/tunvpn/head.conf"])("asks for one interface: %s", async (which) => {
    const { doors, asked } = running(head());
    expect((await run(["status", which], doors)).code).toBe(0);
    expect(asked).toEqual(["head"]);
  });

  it.each(["..", "a b", "a-name-of-sixteen"])("refuses the interface %j", async (which) => {
    expect(await run(["status", which])).toMatchObject({ code: 2, told: expect.stringMatching(/^error IF_NAME_INVALID: /) });
  });

  it("answers with one line of JSON", async () => {
    const { answered } = await run(["status", "--json"], running(head()).doors);
    expect(answered.split("\n")).toHaveLength(2);
    expect(JSON.parse(answered)).toEqual(document(head()));
  });

  it("is an empty list without an agent", async () => {
    expect(await run(["status"])).toEqual({ code: 0, answered: "", told: "no agent runs in the runtime directory /run/tunvpn\n" });
    expect(await run(["status", "--json"])).toEqual({ code: 0, answered: '{"version":1,"interfaces":[]}\n', told: "" });
  });

  it("warns of agents of another version beside the answer", async () => {
    const { doors } = running(head(), head({ name: "lab", agentVersion: "0.2.0" }));
    const { code, answered, told } = await run(["status", "--json"], doors);
    expect(code).toBe(0);
    expect(JSON.parse(answered)).toMatchObject({ version: 1 });
    expect(told).toBe(
      "warning VERSION_SKEW: the agent of lab is tunvpn 0.2.0, and this command is 0.1.0\n  fix: tunvpn down lab && tunvpn up lab\n",
    );
  });
});

describe("status --check", () => {
  it.each([
    [[branch()], 0, "OK"],
    [[branch(), depot()], 1, "WARNING"],
    [[depot()], 2, "CRITICAL"],
  ])("%#: exits %d", async (peers, code, word) => {
    const finished = await run(["status", "head", "--check"], running(head({ peers })).doors);
    expect(finished).toMatchObject({ code, told: "", answered: expect.stringMatching(new RegExp(`^TUNVPN ${word} - head: [^\\n]*\\n$`)) });
  });

  it("exits 3, and never 1, when the status cannot be had", async () => {
    expect(await run(["status", "head", "--check"])).toEqual({ code: 3, answered: "TUNVPN UNKNOWN - no agent for head\n", told: "" });
    expect(await run(["status", "--check"])).toMatchObject({ code: 3 });
  });

  it.each(["--json", "--watch"])("does not go together with %s", async (other) => {
    expect(await run(["status", "--check", other])).toMatchObject({
      code: 2,
      told: expect.stringContaining(`--check and ${other} exclude`),
    });
  });
});
