import { existsSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import type { InterfaceStatus, PeerStatus, StatusDocument } from "../../../src/observe/status.js";
import type { Background } from "./background.js";
import { type CommandOptions, describe, type Outcome } from "./command.js";
import type { Machine } from "./machine.js";
import { type ShownReport, shownReports } from "./report.js";
import { until } from "./until.js";

/** The program as it was built. */
export const PROGRAM = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

export interface Directories {
  readonly runtime: string;
  readonly state: string;
}

/** The command line on one machine. */
export class Tunvpn {
  constructor(
    private readonly machine: Machine,
    readonly directories: Directories,
    private readonly program = PROGRAM,
    private readonly variables: Readonly<Record<string, string>> = {},
  ) {}

  /** The same machine, with another program, other directories, or variables beside those of the directories. */
  with(changes: { readonly program?: string; readonly variables?: Readonly<Record<string, string>> } & Partial<Directories>): Tunvpn {
    const { program = this.program, variables = this.variables, ...directories } = changes;
    return new Tunvpn(this.machine, { ...this.directories, ...directories }, program, variables);
  }

  get environment(): Readonly<Record<string, string>> {
    return { ...this.variables, TUNVPN_RUNTIME_DIR: this.directories.runtime, TUNVPN_STATE_DIR: this.directories.state };
  }

  /** Words that run it, once on the machine and in its environment. */
  words(...args: readonly string[]): string[] {
    return [process.execPath, this.program, ...args];
  }

  run(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    return this.machine.run(this.words(...args), { ...options, env: { ...this.environment, ...options.env } });
  }

  /** @returns what it wrote to standard output; a failure is an error */
  async must(...args: readonly string[]): Promise<string> {
    const outcome = await this.run(args);
    if (outcome.code !== 0) throw new Error(describe(outcome));
    return outcome.stdout;
  }

  /** Starts an agent. @returns the warnings that it gave */
  async up(target: string, ...args: readonly string[]): Promise<ShownReport[]> {
    const outcome = await this.run(["up", target, ...args]);
    if (outcome.code !== 0) throw new Error(describe(outcome));
    return shownReports(outcome.stderr);
  }

  /** Starts an agent in the foreground, and waits until it is up. */
  async foreground(name: string, target: string): Promise<Background> {
    const background = this.machine.background(this.words("up", target, "--foreground"), this.environment);
    await until(`${name} is up`, async () => {
      if (!background.running) throw new Error(background.output);
      return existsSync(this.socket(name));
    });
    return background;
  }

  async down(target: string): Promise<void> {
    await this.must("down", target);
  }

  /** What `status --json` prints. */
  async document(...args: readonly string[]): Promise<StatusDocument> {
    return JSON.parse(await this.must("status", ...args, "--json")) as StatusDocument;
  }

  /** As the control socket tells it: a look that costs next to nothing. */
  status(name: string): Promise<InterfaceStatus> {
    return askAgent(this.socket(name), "/v1/status") as Promise<InterfaceStatus>;
  }

  /** @returns the only peer's part of the status */
  async peer(name: string): Promise<PeerStatus> {
    const { peers } = await this.status(name);
    const [peer] = peers;
    if (peer === undefined || peers.length > 1) throw new Error(`${name} has ${peers.length} peers`);
    return peer;
  }

  /** Waits until the only peer's status is as wanted. @returns it */
  async peerBecomes(name: string, what: string, wanted: (peer: PeerStatus) => boolean, seconds?: number): Promise<PeerStatus> {
    return until(
      `the peer of ${name} on ${this.machine.label} ${what}`,
      async () => {
        const peer = await this.peer(name);
        return wanted(peer) && peer;
      },
      seconds,
    );
  }

  socket(name: string): string {
    return `${this.directories.runtime}/${name}.sock`;
  }

  log(name: string): string {
    return readFileSync(`${this.directories.runtime}/${name}.log`, "utf8");
  }

  /** Names of the interfaces whose control sockets there are. */
  sockets(): string[] {
    return filesIn(this.directories.runtime).flatMap((file) => (file.endsWith(".sock") ? [file.slice(0, -".sock".length)] : []));
  }

  /** Files that an agent which is gone has no more use for. Its log is for whoever wants to know why it went. */
  leftFiles(): string[] {
    const runtime = filesIn(this.directories.runtime).filter((file) => !/[.]log([.]old)?$/.test(file));
    return [...runtime, ...filesIn(this.directories.state)];
  }
}

function filesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function askAgent(socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const question = request({ socketPath, path }, async (response) => {
      let text = "";
      for await (const piece of response.setEncoding("utf8")) text += piece;
      if (response.statusCode === 200) resolve(JSON.parse(text));
      else reject(new Error(`${socketPath} answers ${path} with ${response.statusCode}: ${text}`));
    });
    question.on("error", reject).end();
  });
}
