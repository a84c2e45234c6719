import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ControlServer } from "../../../src/agent/control-server.js";

/** Says something to a socket. @returns the answer */
function ask(path: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const client = connect(path, () => client.end(request));
    client.setEncoding("latin1").on("data", (text) => {
      answer += text;
    });
    client.on("error", reject).on("close", () => resolve(answer));
  });
}

describe("the control socket", () => {
  let folder: string;
  let server: ControlServer;
  let path: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "tunvpn-control-"));
    path = join(folder, "wg0.sock");
    const never = () => Promise.reject(new Error("not asked for"));
    server = await ControlServer.listen(path, { status: () => ({ interfaces: [] }), down: never, connect: never });
  });

  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it.each(["//", "http://", "//["])("answers a request for %s, which is no address, and goes on", async (target) => {
    expect(await ask(path, `GET ${target} HTTP/1.1\r\nHost: agent\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 [\s\S]*"bad request"/);
    expect(await ask(path, "GET /v1/status HTTP/1.1\r\nHost: agent\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 [\s\S]*"interfaces":\[\]/);
  });
});
