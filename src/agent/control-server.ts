/** The control socket: HTTP with JSON, on a unix socket that only its owner may open. */
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { failureReport } from "./launch-report.js";

/** What an agent does for its clients. A handler's result is the answer's body; an operator's error is told in its place. */
export interface ControlHandlers {
  status(): unknown;
  /** Resolves when the interface is gone. */
  down(): Promise<unknown>;
  /** Resolves when a peer has answered, or the time is over. */
  connect(milliseconds: number): Promise<unknown>;
}

const CONNECT_MAX = 3_600_000;
const BASE = "http://agent";

export class ControlServer {
  readonly #server: Server;

  private constructor(
    private readonly path: string,
    handlers: ControlHandlers,
  ) {
    this.#server = createServer((request, response) => void respond(handlers, request, response));
  }

  /** @param path of the socket; one that a dead agent left is replaced */
  static async listen(path: string, handlers: ControlHandlers): Promise<ControlServer> {
    const control = new ControlServer(path, handlers);
    rmSync(path, { force: true });
    const umask = process.umask(0o177);
    try {
      await new Promise<void>((resolve, reject) => control.#server.once("error", reject).listen(path, resolve));
    } finally {
      process.umask(umask);
    }
    return control;
  }

  /** Takes no more requests. Those under way are still answered: one of them may be what closes us. */
  close(): void {
    rmSync(this.path, { force: true });
    this.#server.close();
  }
}

async function respond(handlers: ControlHandlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const target = request.url ?? "/";
  if (!URL.canParse(target, BASE)) return send(response, 400, { error: "bad request" });
  const url = new URL(target, BASE);
  const answer = route(handlers, request.method ?? "", url);
  if (answer === undefined) return send(response, 404, { error: "not found" });
  try {
    send(response, 200, await answer());
  } catch (error) {
    const failure = failureReport(error);
    if (failure === undefined) throw error;
    send(response, 500, failure);
  }
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { "content-type": "application/json", connection: "close" }).end(JSON.stringify(body));
}

function route(handlers: ControlHandlers, method: string, url: URL): (() => Promise<unknown>) | undefined {
  switch (`${method} ${url.pathname}`) {
    case "GET /v1/status":
      return async () => handlers.status();
    case "POST /v1/down":
      return () => handlers.down();
    case "POST /v1/connect": {
      const milliseconds = Number(url.searchParams.get("milliseconds"));
      return milliseconds > 0 && milliseconds <= CONNECT_MAX ? () => handlers.connect(milliseconds) : undefined;
    }
    default:
      return undefined;
  }
}
