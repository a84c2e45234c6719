import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeTerminal, run } from "./fake-surroundings.js";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tunvpn-logs-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function line(message: string): string {
  const time = "2026-01-02T03:04:05.678Z";
  return JSON.stringify({ level: "warn", time, interface: "head", pid: 7, version: "0.1.0", msg: message, peer: "branch" });
}

function doors(...names: string[]) {
  return { agentNames: async () => names, logFile: (name: string) => join(dir, `${name}.log`) };
}

function write(...messages: string[]): void {
  writeFileSync(join(dir, "head.log"), messages.map((message) => `${line(message)}\n`).join(""));
}

describe("logs", () => {
  it("prints lines for people", async () => {
    write("connected");
    const { code, answered, told } = await run(["logs", "head"], doors());
    expect({ code, told }).toEqual({ code: 0, told: "" });
    expect(answered).toMatch(/^\[2026-01-0\d \d\d:\d\d:05\.678\] WARN: connected \{"peer":"branch"\}\n$/);
  });

  it("prints what it cannot make sense of as it is", async () => {
    writeFileSync(join(dir, "head.log"), "panic: no JSON\nand no newline");
    expect((await run(["logs", "head"], doors())).answered).toBe("panic: no JSON\nand no newline\n");
  });

  it("prints the lines themselves with --json, and the last of them with -n", async () => {
    write("a", "b", "c");
    expect((await run(["logs", "head", "--json"], doors())).answered).toBe(`${line("a")}\n${line("b")}\n${line("c")}\n`);
    expect((await run(["logs", "head", "--json", "-n", "2"], doors())).answered).toBe(`${line("b")}\n${line("c")}\n`);
    expect((await run(["logs", "head", "--lines=0"], doors())).answered).toBe("");
  });

  it("takes the only interface that is up when none is named", async () => {
    write("a");
    expect((await run(["logs", "--json"], doors("head"))).answered).toBe(`${line("a")}\n`);
    expect(await run(["logs"], doors("head", "lab"))).toMatchObject({ code: 2, told: expect.stringContaining("head, lab") });
    expect(await run(["logs"], doors())).toMatchObject({
      code: 2,
      told: expect.stringMatching(/^error INTERFACE_AMBIGUOUS: no agent runs/),
    });
  });

  it("says where else the log may be when there is no file", async () => {
    const { code, told } = await run(["logs", "head"], doors());
    expect(code).toBe(1);
    expect(told).toBe(
      `error LOG_MISSING: head has no log at ${dir}/head.log; an agent that systemd or --foreground runs does not write one\n` +
        "  fix: journalctl -u tunvpn@head\n",
    );
  });

  it("says so when the file cannot be read", async () => {
    mkdirSync(join(dir, "head.log"));
    expect(await run(["logs", "head"], doors())).toMatchObject({ code: 1, told: expect.stringContaining("error LOG_UNREADABLE: ") });
  });

  it.each(["-n=x", "--lines=-1", "--lines=1.5"])("refuses %s", async (option) => {
    expect(await run(["logs", "head", option], doors())).toMatchObject({ code: 2, told: expect.stringContaining("OPTION_INVALID") });
  });

  it("stops printing when nobody reads any more", async () => {
    write(...Array.from({ length: 2000 }, (_, i) => `message ${i}`));
    const terminal = new FakeTerminal();
    terminal.stop();
    const { code, answered } = await run(["logs", "head", "--json"], doors(), terminal);
    expect(code).toBe(0);
    expect(answered.split("\n").length).toBeLessThan(1000);
  });
});

describe("logs --follow", () => {
  it("starts with the last ten lines, and goes on until it is stopped, through a change of files", async () => {
    write(...Array.from({ length: 30 }, (_, i) => `old ${i}`));
    const terminal = new FakeTerminal();
    const finished = run(["logs", "head", "-f", "--json"], doors(), terminal);
    const seen = (message: string) => vi.waitFor(() => expect(terminal.answered).toContain(`${line(message)}\n`), { timeout: 10_000 });
    await seen("old 29");
    expect(terminal.answered.split("\n")[0]).toBe(line("old 20"));
    appendFileSync(join(dir, "head.log"), `${line("appended")}\n`);
    await seen("appended");
    renameSync(join(dir, "head.log"), join(dir, "head.log.old"));
    write("in the new file");
    await seen("in the new file");
    terminal.stop();
    expect((await finished).code).toBe(0);
  });
});
