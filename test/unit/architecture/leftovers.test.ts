import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { leftSince, snapshot } from "../../../scripts/leftovers.mjs";

describe("what a run leaves", () => {
  it("is an interface that was not there before", async () => {
    const before = snapshot(false);
    expect(await leftSince(before, false, 0)).not.toContain("interface lo");
    before.delete("interface lo");
    expect(await leftSince(before, false, 0)).toContain("interface lo");
  });

  it("is an agent that still runs", async () => {
    const before = snapshot(false);
    const agent = spawn(process.execPath, ["-e", "process.stdin.resume()", "/somewhere/dist/agent/main.js"]);
    const name = `process ${agent.pid}: ${process.execPath} -e process.stdin.resume() /somewhere/dist/agent/main.js`;
    await once(agent, "spawn");
    expect(await leftSince(before, false, 0)).toContain(name);
    agent.kill("SIGKILL");
    await once(agent, "exit");
    expect(await leftSince(before, false, 0)).not.toContain(name);
  });
});
