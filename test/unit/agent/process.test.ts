import { mkdtempSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ControlServer } from "../../../src/agent/control-server.js";
import { failureReport, reportedError } from "../../../src/agent/launch-report.js";
import { Teardown } from "../../../src/agent/teardown.js";
import { OperatorErrors } from "../../../src/base/errors.js";
import { portTaken } from "../../../src/dataplane/errors.js";

describe("taking down", () => {
  it("undoes in reverse order, each step whatever became of the others, and once", async () => {
    const teardown = new Teardown();
    const done: string[] = [];
    teardown.add(() => void done.push("locks"));
    teardown.add(() => {
      done.push("device");
      throw new Error("device");
    });
    teardown.add(async () => void done.push("server"));
    await expect(teardown.run()).rejects.toThrow("device");
    expect(done).toEqual(["server", "device", "locks"]);
    await teardown.run();
    expect(done).toHaveLength(3);
  });
});

describe("the report of a start", () => {
  it("brings an error across, whole", () => {
    const error = portTaken({ port: 9, family: 6 });
    const report = failureReport(error);
    expect(report?.type === "failed" && reportedError(report)).toEqual(error);
  });

  it("brings several", () => {
    const report = failureReport(new OperatorErrors([portTaken({ port: 1, family: 4 }), portTaken({ port: 2, family: 4 })]));
    expect(report?.type === "failed" && reportedError(report)).toBeInstanceOf(OperatorErrors);
  });

  it("leaves our own mistakes to crash", () => {
    expect(failureReport(new TypeError("x"))).toBeUndefined();
  });
});

describe("the control socket", () => {
  let directory: string;
  let path: string;
  let server: ControlServer;
  const calls: number[] = [];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "tunvpn-control-"));
    path = join(directory, "peer.sock");
    server = await ControlServer.listen(path, {
      status: () => ({ name: "peer" }),
      down: async () => server.close(),
      connect: async (milliseconds) => {
        calls.push(milliseconds);
        return { connected: [] };
      },
    });
  });
  afterEach(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  function ask(method: string, target: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: path, method, path: target }, (response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      });
      outgoing.on("error", reject).end();
    });
  }

  it("is its owner's alone", () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("answers with JSON", async () => {
    expect(await ask("GET", "/v1/status")).toEqual({ status: 200, body: '{"name":"peer"}' });
  });

  it.each([
    ["POST", "/v1/status"],
    ["GET", "/v1/down"],
    ["GET", "/"],
    ["POST", "/v1/connect"],
    ["POST", "/v1/connect?milliseconds=-1"],
    ["POST", "/v1/connect?milliseconds=99999999999"],
    ["POST", "/v1/connect?milliseconds=x"],
  ])("knows nothing of %s %s", async (method, target) => {
    expect((await ask(method, target)).status).toBe(404);
    expect(calls).toEqual([]);
  });

  it("answers the request that closes it, and no more", async () => {
    expect((await ask("POST", "/v1/down")).status).toBe(200);
    await expect(ask("GET", "/v1/status")).rejects.toThrow("ENOENT");
  });

  it("replaces the socket that a dead agent left", async () => {
    server.close();
    const { createServer } = await import("node:net");
    const dead = createServer().listen(path);
    await new Promise((resolve) => dead.once("listening", resolve));
    server = await ControlServer.listen(path, { status: () => "new", down: async () => {}, connect: async () => {} });
    expect((await ask("GET", "/v1/status")).body).toBe('"new"');
    dead.close();
  });
});
