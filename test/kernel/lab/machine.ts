import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Background } from "./background.js";
import { type CommandOptions, must, type Outcome, run } from "./command.js";
import { Tunvpn } from "./tunvpn.js";

/** A machine of a lab: a network namespace and a directory of its own. */
export class Machine {
  readonly tunvpn: Tunvpn;
  readonly #backgrounds: Background[] = [];

  constructor(
    readonly label: string,
    readonly namespace: string,
    readonly directory: string,
  ) {
    this.tunvpn = new Tunvpn(this, { runtime: this.path("run"), state: this.path("state") });
  }

  path(file: string): string {
    return join(this.directory, file);
  }

  /** Words that run a command on this machine. */
  inside(words: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.namespace, ...words];
  }

  run(words: readonly string[], options?: CommandOptions): Promise<Outcome> {
    return run(this.inside(words), options);
  }

  must(words: readonly string[], options?: CommandOptions): Promise<string> {
    return must(this.inside(words), options);
  }

  /** @param line of `ip`, words separated by spaces */
  async ip(line: string): Promise<void> {
    await must(["ip", "-n", this.namespace, ...line.split(" ")]);
  }

  async sysctl(name: string, value: string): Promise<void> {
    await this.must(["sysctl", "-qw", `${name}=${value}`]);
  }

  /** Starts a program that the lab ends, unless it ended before. */
  background(words: readonly string[], env?: Readonly<Record<string, string>>): Background {
    const background = new Background(this.inside(words), env);
    this.#backgrounds.push(background);
    return background;
  }

  /** @returns its path */
  async write(file: string, text: string, mode = 0o600): Promise<string> {
    const path = this.path(file);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode });
    return path;
  }

  /** @returns whether an answer came to each ping, of which there is one that waits for 5 s, unless told otherwise */
  async reaches(address: string, ...options: readonly string[]): Promise<boolean> {
    const { code, stdout } = await this.run(["ping", "-n", "-c", "1", "-W", "5", ...options, address]);
    return code === 0 && / 0% packet loss/.test(stdout);
  }

  async endBackgrounds(): Promise<void> {
    await Promise.all(this.#backgrounds.map((background) => background.stop("SIGKILL")));
  }
}
