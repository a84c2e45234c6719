/** The control socket: any bytes from one who may open it. Each client gets an answer or is let go, and the next one is served. */
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ControlServer } from "../../../src/agent/control-server.js";
import { must, type Target, textWords } from "../engine/target.js";

const STATUS = "GET /v1/status HTTP/1.1\r\nHost: agent\r\n\r\n";

export const controlSocket: Target = {
  name: "control-socket",
  longest: 1024,
  words: [
    ...textWords(
      "GET ",
      "POST ",
      "OPTIONS * ",
      "CONNECT a:1 ",
      "/v1/status",
      "/v1/down",
      "/v1/connect?milliseconds=1",
      "?",
      "%",
      "//",
      "/../",
    ),
    ...textWords(" HTTP/1.1\r\n", " HTTP/1.0\r\n", "\r\n", "\r\n\r\n", "http://", "Host: a\r\n", "Content-Length: 5\r\n"),
    ...textWords("Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Connection: keep-alive\r\n", "Upgrade: x\r\n", STATUS),
  ],
  async run(input) {
    const path = await listening();
    let escaped: unknown;
    const note = (error: unknown) => {
      escaped ??= error;
    };
    process.on("unhandledRejection", note).on("uncaughtException", note);
    try {
      const [cut = 0] = input;
      await exchange(path, [input.subarray(1, 1 + cut), input.subarray(1 + cut)]);
      const answer = await exchange(path, [new TextEncoder().encode(STATUS)]);
      must(answer.startsWith("HTTP/1.1 200 ") && answer.includes('{"interfaces":[]}'), `the next one gets ${JSON.stringify(answer)}`);
    } finally {
      process.off("unhandledRejection", note).off("uncaughtException", note);
    }
    if (escaped !== undefined) throw escaped;
  },
};

let socket: string | undefined;

/** @returns the path of a server that lives as long as the process */
async function listening(): Promise<string> {
  if (socket !== undefined) return socket;
  const folder = mkdtempSync(join(tmpdir(), "tunvpn-fuzz-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "sock");
  await ControlServer.listen(path, {
    status: () => ({ interfaces: [] }),
    down: async () => ({}),
    connect: async (milliseconds) => ({ milliseconds }),
  });
  socket = path;
  return path;
}

/** Says something in parts, then no more. @returns what is answered until the other end lets go */
function exchange(path: string, parts: readonly Uint8Array[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const client = connect(path, () => {
      for (const part of parts) client.write(part);
      client.end();
    });
    client.setEncoding("latin1").on("data", (text) => {
      answer += text;
    });
    client.on("error", () => undefined).on("close", () => resolve(answer));
  });
}
