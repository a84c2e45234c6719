import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { invariant } from "../base/invariant.js";
import { type Millis, SECOND } from "../base/time.js";
import { ipCommandFailed, ipOutputUnreadable, iproute2Missing } from "./errors.js";
import type { BatchFailure, Host } from "./host.js";
import { batchFailures, commandError } from "./ip-words.js";
import { type ObservedState, parseAddresses, parseLinks, parseRoutes } from "./observed.js";

/** `ip` takes milliseconds; others may hold the kernel's lock on its network state for a second or two, never for this long. */
const ANSWER_WITHIN: Millis = 10 * SECOND;

interface Answer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The kernel, through iproute2. */
export class IprouteHost implements Host {
  readonly #enter: readonly string[];
  readonly #path: string;
  readonly #answerWithin: Millis;

  /**
   * @param options.enter words before each command that lead into another network namespace, such as `ip netns exec NAME`
   * @param options.path where to look for programs; unless given, where the user does, and where ip lives on systems that hide it from users
   * @param options.answerWithin after which a command that has not ended is killed
   */
  constructor(options: { readonly enter?: readonly string[]; readonly path?: string; readonly answerWithin?: Millis } = {}) {
    this.#enter = options.enter ?? [];
    this.#path = options.path ?? `${process.env.PATH ?? "/usr/bin:/bin"}:/usr/sbin:/sbin`;
    this.#answerWithin = options.answerWithin ?? ANSWER_WITHIN;
  }

  async observe(name: string): Promise<ObservedState> {
    const disabled = await this.#ipv6Disabled(name);
    const [links, addresses, ipv4, ipv6] = await Promise.all([
      this.#read(name, ["-j", "-d", "link", "show"], parseLinks),
      this.#read(name, ["-j", "addr", "show"], parseAddresses),
      this.#read(name, ["-j", "-4", "route", "show", "table", "main"], (json) => parseRoutes(json, 4)),
      // A kernel without IPv6 answers with the routes of other families, or not at all.
      disabled === undefined ? [] : this.#read(name, ["-j", "-6", "route", "show", "table", "main"], (json) => parseRoutes(json, 6)),
    ]);
    return { links, addresses, routes: [...ipv4, ...ipv6], ipv6: disabled === false ? "enabled" : "disabled" };
  }

  async run(lines: readonly string[], onFailure: "stop" | "continue"): Promise<BatchFailure[]> {
    if (lines.length === 0) return [];
    const force = onFailure === "continue" ? ["-force"] : [];
    const answer = await this.#ip([...force, "-batch", "-"], `${lines.join("\n")}\n`);
    if (answer.exitCode === 0) return [];
    const failures = batchFailures(answer.stderr, lines);
    return failures.length > 0 ? failures : [{ line: "", words: `exit code ${answer.exitCode}` }];
  }

  async readSysctl(path: string): Promise<string | undefined> {
    invariant(!path.split("/").includes(".."), `${path} leads out of /proc/sys`);
    const file = `/proc/sys/${path}`;
    if (this.#enter.length === 0) {
      const text = await readFile(file, "utf8").catch(() => undefined);
      return text?.trim();
    }
    const answer = await this.#spawn([...this.#enter, "cat", file], "");
    return answer.exitCode === 0 ? answer.stdout.trim() : undefined;
  }

  async #read<Parsed>(name: string, words: readonly string[], parse: (json: string) => Parsed | undefined): Promise<Parsed> {
    const command = ["ip", ...words].join(" ");
    const answer = await this.#ip(words, "");
    if (answer.exitCode !== 0) throw commandError(command, answer.stderr.trim() || `exit code ${answer.exitCode}`, name);
    const parsed = parse(answer.stdout);
    if (parsed === undefined) throw ipOutputUnreadable({ command, words: answer.stdout.trim().slice(0, 80) || "nothing" });
    return parsed;
  }

  /** @returns undefined for a kernel without IPv6 */
  async #ipv6Disabled(name: string): Promise<boolean | undefined> {
    const devices = [name, "default"].map((device) => this.readSysctl(`net/ipv6/conf/${device}/disable_ipv6`));
    const [own, next] = await Promise.all(devices);
    const setting = own ?? next;
    return setting === undefined ? undefined : setting !== "0";
  }

  #ip(words: readonly string[], input: string): Promise<Answer> {
    return this.#spawn([...this.#enter, "ip", ...words], input);
  }

  #spawn(command: readonly string[], input: string): Promise<Answer> {
    const [program = "", ...words] = command;
    const environment = { LC_ALL: "C", PATH: this.#path };
    return new Promise((resolve, reject) => {
      const child = spawn(program, words, { env: environment, stdio: "pipe", timeout: this.#answerWithin, killSignal: "SIGKILL" });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      child.on("error", (error: NodeJS.ErrnoException) => {
        reject(error.code === "ENOENT" ? iproute2Missing({}) : ipCommandFailed({ command: command.join(" "), words: error.message }));
      });
      child.on("close", (exitCode, signal) => {
        const words = child.killed ? `no answer within ${this.#answerWithin / SECOND} s` : `ended by ${signal}`;
        if (signal !== null) reject(ipCommandFailed({ command: command.join(" "), words }));
        else resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
      });
      // It may end without reading all: its exit code tells why.
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
    });
  }
}
