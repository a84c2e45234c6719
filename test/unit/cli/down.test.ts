import { describe, expect, it } from "vitest";
import { document, head } from "../observe/sample-status.js";
import { notRunning, run } from "./fake-surroundings.js";

describe("down", () => {
  it("stops the agent", async () => {
    const stopped: string[] = [];
    const stopAgent = async (name: string) => stopped.push(name) > 0;
    expect(await run(["down", "./head.conf"], { stopAgent })).toEqual({ code: 0, answered: "", told: "head is down\n" });
    expect(stopped).toEqual(["head"]);
  });

  it("stops an agent that does not tell its status", async () => {
    const readStatus = () => Promise.reject(notRunning({ name: "head" }));
    expect(await run(["down", "head"], { readStatus, stopAgent: async () => true })).toMatchObject({ code: 0, told: "head is down\n" });
  });

  it("does not take our own mistake for an agent that is silent", async () => {
    await expect(run(["down", "head"], { readStatus: () => Promise.reject(new TypeError("ours")) })).rejects.toThrow(TypeError);
  });

  it("undoes what a dead agent left, and says what", async () => {
    const undone = (steps: string[]) => run(["down", "head"], { undoLeftovers: async () => ({ steps }) });
    expect(await undone(["removed the route to 10.1.0.0/24", "removed head"])).toEqual({
      code: 0,
      answered: "",
      told: "head had no agent; what it left behind is undone:\n  removed the route to 10.1.0.0/24\n  removed head\n",
    });
    expect((await undone([])).told).toBe("head had no agent; what it left behind is undone\n");
  });

  it("ends with 3 when there was nothing to do", async () => {
    expect(await run(["down", "head"])).toMatchObject({ code: 3, told: expect.stringContaining("error TEST_NOT_RUNNING: ") });
  });

  it("warns of an agent of another version before it stops it", async () => {
    const readStatus = async () => document(head({ agentVersion: "0.0.9" }));
    const { code, told } = await run(["down", "head"], { readStatus, stopAgent: async () => true });
    expect(code).toBe(0);
    expect(told).toBe(
      "warning VERSION_SKEW: the agent of head is tunvpn 0.0.9, and this command is 0.1.0\n" +
        "  fix: tunvpn up head starts 0.1.0\nhead is down\n",
    );
  });
});
