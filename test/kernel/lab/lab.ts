import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BARE_ENVIRONMENT, must, run } from "./command.js";
import { Machine } from "./machine.js";
import { commandLine } from "./process.js";
import { until } from "./until.js";

/** One end of a cable. */
export interface Plug {
  readonly machine: Machine;
  readonly device: string;
  /** With the lengths of their networks. */
  readonly addresses: readonly string[];
}

/** Machines and cables for one scenario. Closed, it tells what the scenario left behind, and removes it. */
export class Lab {
  static #opened = 0;
  static readonly #open = new Set<Lab>();

  readonly #prefix = `tvk${process.pid}-${++Lab.#opened}-`;
  readonly directory = mkdtempSync(join(tmpdir(), "tunvpn-lab-"));
  readonly machines: Machine[] = [];

  constructor() {
    Lab.#open.add(this);
  }

  /** A machine with nothing but its loopback. */
  async machine(label: string): Promise<Machine> {
    const directory = join(this.directory, label);
    mkdirSync(directory, { mode: 0o700 });
    const machine = new Machine(label, this.#prefix + label, directory);
    await must(["ip", "netns", "add", machine.namespace]);
    this.machines.push(machine);
    await machine.ip("link set lo up");
    return machine;
  }

  async cable(one: Plug, other: Plug): Promise<void> {
    const end = ({ machine, device }: Plug) => ["name", device, "netns", machine.namespace];
    await must(["ip", "link", "add", ...end(one), "type", "veth", "peer", ...end(other)]);
    for (const [number, { machine, device, addresses }] of [one, other].entries()) {
      // The kernel's own link-local address would come late, and change by itself.
      await machine.ip(`link set ${device} addrgenmode none`);
      const linkLocal = addresses.some(isIpv6) ? [`fe80::${number + 1}/64`] : [];
      for (const address of [...addresses, ...linkLocal]) {
        await machine.ip(`addr add ${address} dev ${device}${isIpv6(address) ? " nodad" : ""}`);
      }
      await machine.ip(`link set ${device} up`);
    }
    for (const { machine, device } of [one, other]) {
      await until(`${device} of ${machine.label} has carrier`, async () =>
        / state UP /.test(await machine.must(["ip", "link", "show", device])),
      );
    }
  }

  /** Takes down what is still up, then removes everything. @throws when a tunnel that went down left something */
  async close(): Promise<void> {
    try {
      await Promise.all(this.machines.map((machine) => machine.endBackgrounds()));
      await Promise.all(this.machines.flatMap(({ tunvpn }) => tunvpn.sockets().map((name) => tunvpn.down(name))));
      const left = await this.#left();
      if (left.length > 0) throw new Error(`left behind:\n${left.join("\n")}`);
    } finally {
      this.remove();
    }
    if (ip("netns", "list").includes(this.#prefix)) throw new Error(`namespaces of ${this.#prefix} are left`);
  }

  /** What the agents said, for a failure's message. */
  logs(): string {
    return this.machines
      .flatMap(({ label, tunvpn }) =>
        logsIn(tunvpn.directories.runtime).map((path) => `--- ${label}: ${path}\n${readFileSync(path, "utf8")}`),
      )
      .join("\n");
  }

  /** Ends every process in the lab, and removes it. Synchronous, so that it can be the last thing that a process does. */
  remove(): void {
    for (const { namespace } of this.machines) {
      for (const pid of pidsIn(namespace)) endProcess(pid);
      ip("netns", "del", namespace);
    }
    rmSync(this.directory, { recursive: true, force: true });
    Lab.#open.delete(this);
  }

  static removeAll(): void {
    for (const lab of Lab.#open) lab.remove();
  }

  async #left(): Promise<string[]> {
    const perMachine = this.machines.map(async ({ label, namespace, tunvpn }) => {
      const processes = await until(
        "the end of processes",
        async () => {
          const pids = pidsIn(namespace);
          return pids.length === 0 && pids;
        },
        5,
      ).catch(() => pidsIn(namespace));
      const { stdout: interfaces } = await run(["ip", "-n", namespace, "-br", "link", "show", "type", "tun"]);
      return [
        ...processes.map((pid) => `process ${pid}: ${commandLine(pid)}`),
        ...interfaces.split("\n").flatMap((line) => (line === "" ? [] : [`interface ${line}`])),
        ...tunvpn.leftFiles().map((file) => `file ${file}`),
      ].map((thing) => `${label}: ${thing}`);
    });
    return (await Promise.all(perMachine)).flat();
  }
}

process.on("exit", () => Lab.removeAll());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    Lab.removeAll();
    process.kill(process.pid, signal);
  });
}

function logsIn(directory: string): string[] {
  try {
    return readdirSync(directory).flatMap((file) => (file.endsWith(".log") ? [join(directory, file)] : []));
  } catch {
    return [];
  }
}

function pidsIn(namespace: string): number[] {
  return ip("netns", "pids", namespace)
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [Number(line)]));
}

function ip(...words: string[]): string {
  try {
    return execFileSync("ip", words, { env: BARE_ENVIRONMENT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}
