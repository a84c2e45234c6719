import { describe, expect, it } from "vitest";
import { branch, depot, document, head } from "../observe/sample-status.js";
import { run } from "./fake-surroundings.js";

const WARNING = { code: "IP_FORWARD_OFF", message: "this host forwards nothing", fix: "sysctl -w net.ipv4.ip_forward=1" };

/** An agent that starts. */
function starting(connected: boolean | undefined, ...peers: Parameters<typeof head>[0][]) {
  const launched: unknown[] = [];
  return {
    launched,
    doors: {
      launch: async (request: unknown) => {
        launched.push(request);
        return { name: "head", status: head(), warnings: [WARNING], connected };
      },
      readStatus: async () => document(head(...peers)),
    },
  };
}

describe("up", () => {
  it("says what is up, and warns", async () => {
    const { doors, launched } = starting(undefined);
    expect(await run(["up", "./head.conf"], doors)).toEqual({
      code: 0,
      answered: "",
      told: `head is up: 10.99.0.1/30, fd99::1/64, listening on UDP port 51820
warning IP_FORWARD_OFF: this host forwards nothing
  fix: sysctl -w net.ipv4.ip_forward=1
`,
    });
    expect(launched).toEqual([{ target: "./head.conf", wait: undefined }]);
  });

  it.each([
    ["--wait", 30],
    ["--wait=5", 5],
  ])("with %s waits %d seconds, and says who answered", async (option, wait) => {
    const { doors, launched } = starting(true);
    const { code, told } = await run(["up", "head", option], doors);
    expect(code).toBe(0);
    expect(told).toContain("\nconnected to branch at 192.0.2.2:51820 (0.4 ms)\n");
    expect(launched).toEqual([{ target: "head", wait }]);
  });

  it("fails when nobody answers in time, and says why", async () => {
    const { doors } = starting(false, { peers: [branch({ state: "handshaking" }), depot()] });
    const { code, answered, told } = await run(["up", "head", "--wait=5"], doors);
    expect({ code, answered }).toEqual({ code: 1, answered: "" });
    expect(told).toMatch(/^head is up: /);
    expect(told.split("\n").filter((line) => line.startsWith("error "))).toEqual([
      "error NO_PEER_CONNECTED: head is up, but no peer answered within 5 s",
      "error NO_ANSWER: depot did not answer 3 handshakes at [2001:db8::1]:51820",
    ]);
  });

  it.each(["0", "x", "1.5", "-1", "", "86401"])("refuses to wait for %j seconds", async (seconds) => {
    const { code, told } = await run(["up", "head", `--wait=${seconds}`]);
    expect(code).toBe(2);
    expect(told).toMatch(/^error OPTION_INVALID: --wait /);
  });

  it("runs the agent itself with --foreground, and ends as it does", async () => {
    const asked: unknown[] = [];
    const { code, told } = await run(["up", "head", "--foreground", "--wait"], {
      runForeground: async (request, onUp) => {
        asked.push(request);
        onUp({ type: "up", status: head(), warnings: [WARNING] });
        return 1;
      },
    });
    expect(asked).toEqual([{ target: "head", wait: 30 }]);
    expect(code).toBe(1);
    expect(told).toMatch(/^head is up: 10.99.0.1.*\nwarning IP_FORWARD_OFF: /);
  });
});
