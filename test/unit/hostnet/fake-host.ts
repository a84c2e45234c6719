import { covers, formatPrefix, type IpPrefix, networkOf, parsePrefix } from "../../../src/base/prefix.js";
import type { BatchFailure, Host } from "../../../src/hostnet/host.js";
import type { ObservedState } from "../../../src/hostnet/observed.js";
import { defaultMetric } from "../../../src/hostnet/route.js";

export interface FakeLink {
  readonly name: string;
  readonly ifindex: number;
  mtu: number;
  up: boolean;
  ipv6: boolean;
  addrGenMode: string;
}

interface FakeAddress {
  readonly device: string;
  readonly prefix: IpPrefix;
}

interface FakeRoute {
  readonly device: string | null;
  readonly network: IpPrefix;
  readonly metric: number;
  readonly protocol: string;
  readonly type: string;
  readonly gateway: string | null;
}

/** Ends a run in the middle of a batch, as SIGKILL would. */
export class Killed extends Error {}

/**
 * A kernel in memory, with the side effects of Linux that matter to undoing: connected routes, addresses that take others along, what is
 * lost when a link goes down. The kernel level checks it against the real one.
 */
export class FakeHost implements Host {
  links: FakeLink[] = [];
  addresses: FakeAddress[] = [];
  routes: FakeRoute[] = [];
  sysctls = new Map<string, string>();
  /** Every line taken so far. */
  readonly lines: string[] = [];
  /** Counted from the next line: it is refused with these words. */
  refuse: { after: number; words: string } | undefined;
  /** Counted from the next line: it is not reached. */
  killAfter: number | undefined;
  /** Lines that are taken but do nothing. */
  deaf = (_line: string): boolean => false;
  /** Lines that are always refused. */
  forbidden = (_line: string): boolean => false;

  link(name: string, settings: Partial<Omit<FakeLink, "name">> = {}): this {
    this.links.push({ name, ifindex: this.links.length + 1, mtu: 1500, up: false, ipv6: true, addrGenMode: "eui64", ...settings });
    return this;
  }

  /** Takes lines as an operator's, not counted among {@link lines}. @throws Error when one is refused */
  shell(...lines: string[]): this {
    for (const line of lines) {
      const words = this.#take(line);
      if (words !== undefined) throw new Error(`${line}: ${words}`);
    }
    return this;
  }

  /** A route with more to it than ours have. */
  foreignRoute(route: Partial<FakeRoute> & { network: IpPrefix }): this {
    this.routes.push({ device: null, metric: 0, protocol: "static", type: "unicast", gateway: null, ...route });
    return this;
  }

  async observe(name: string): Promise<ObservedState> {
    const indexOf = (device: string) => this.links.find((link) => link.name === device)?.ifindex ?? 0;
    return {
      links: this.links.map((link) => ({
        ...link,
        loopback: link.name === "lo",
        addrGenMode: link.mtu < 1280 ? null : link.addrGenMode,
      })),
      addresses: this.addresses.map(({ device, prefix }) => {
        const linkLocal = formatPrefix(prefix).startsWith("fe80");
        return { device, ifindex: indexOf(device), prefix, scope: linkLocal ? "link" : "global", remote: null, plain: true };
      }),
      routes: this.routes.map((route) => ({
        ...route,
        tos: null,
        hops: route.device === null ? [] : [{ device: route.device, gateway: route.gateway }],
        plain: route.device !== null && route.gateway === null,
      })),
      ipv6: this.links.find((link) => link.name === name)?.ipv6 === false ? "disabled" : "enabled",
    };
  }

  async run(lines: readonly string[], onFailure: "stop" | "continue"): Promise<BatchFailure[]> {
    const failures: BatchFailure[] = [];
    for (const line of lines) {
      if (this.killAfter !== undefined && this.killAfter-- === 0) throw new Killed();
      this.lines.push(line);
      const words = this.#refusal(line) ?? (this.deaf(line) ? undefined : this.#take(line));
      if (words === undefined) continue;
      failures.push({ line, words });
      if (onFailure === "stop") break;
    }
    return failures;
  }

  async readSysctl(path: string): Promise<string | undefined> {
    return this.sysctls.get(path);
  }

  /** The whole state, a line a thing. */
  text(): string {
    return [
      ...this.links.map(
        ({ name, mtu, up, addrGenMode }) => `link ${name} mtu ${mtu} ${up ? "up" : "down"} ${mtu < 1280 ? "-" : addrGenMode}`,
      ),
      ...this.addresses.map(({ device, prefix }) => `address ${formatPrefix(prefix)} dev ${device}`).sort(),
      ...this.routes
        .map(
          (route) =>
            `route ${route.type} ${formatPrefix(route.network)} dev ${route.device} via ${route.gateway} metric ${route.metric} proto ${route.protocol}`,
        )
        .sort(),
    ].join("\n");
  }

  #refusal(line: string): string | undefined {
    if (this.forbidden(line)) return "RTNETLINK answers: Operation not permitted";
    if (this.refuse === undefined || this.refuse.after-- !== 0) return undefined;
    const { words } = this.refuse;
    this.refuse = undefined;
    return words;
  }

  #take(line: string): string | undefined {
    const words = line.split(" ");
    const device = words[words.indexOf("dev") + 1] ?? "";
    const link = this.links.find((one) => one.name === device);
    if (link === undefined) return `Cannot find device "${device}"`;
    const [object, verb, subject = ""] = words;
    if (object === "link") return this.#setLink(link, words.slice(4));
    const prefix = parsePrefix(subject);
    if (prefix === undefined) return `Error: any valid prefix is expected rather than "${subject}".`;
    if (object === "addr") return verb === "add" ? this.#addAddress(link, prefix) : this.#removeAddress(link, prefix);
    const metric = words.includes("metric") ? Number(words[words.indexOf("metric") + 1]) : defaultMetric(prefix.address.family);
    return verb === "add" ? this.#addRoute(link, prefix, metric) : this.#removeRoute(link, prefix, metric);
  }

  #setLink(link: FakeLink, [setting, value]: string[]): string | undefined {
    if (setting === "up" && !link.up) {
      link.up = true;
      for (const { device, prefix } of this.addresses) if (device === link.name) this.#connect(link, prefix);
    } else if (setting === "down") {
      link.up = false;
      this.routes = this.routes.filter((route) => route.device !== link.name);
      this.addresses = this.addresses.filter((own) => own.device !== link.name || own.prefix.address.family === 4);
    } else if (setting === "addrgenmode") {
      if (link.mtu < 1280) return "RTNETLINK answers: Address family not supported by protocol";
      link.addrGenMode = value ?? "";
    } else if (setting === "mtu") {
      if (Number(value) < 1280) this.#dropIpv6(link);
      if (link.mtu < 1280) link.addrGenMode = "eui64";
      link.mtu = Number(value);
    }
    return undefined;
  }

  #dropIpv6(link: FakeLink): void {
    this.routes = this.routes.filter((route) => route.device !== link.name || route.network.address.family === 4);
    this.addresses = this.addresses.filter((own) => own.device !== link.name || own.prefix.address.family === 4);
  }

  #addAddress(link: FakeLink, prefix: IpPrefix): string | undefined {
    const { family } = prefix.address;
    if (family === 6 && link.mtu < 1280) return "RTNETLINK answers: Invalid argument";
    if (family === 6 && !link.ipv6) return "Error: ipv6: IPv6 is disabled on this device.";
    const same = this.#onLink(link, family).filter((own) => formatPrefix({ ...own, length: prefix.length }) === formatPrefix(prefix));
    const exists = family === 6 ? same.length > 0 : same.some((own) => own.length === prefix.length);
    if (exists) return `Error: ipv${family}: ${family === 4 ? "Address" : "address"} already assigned.`;
    this.addresses.push({ device: link.name, prefix });
    if (link.up) this.#connect(link, prefix);
    return undefined;
  }

  #removeAddress(link: FakeLink, prefix: IpPrefix): string | undefined {
    const { family } = prefix.address;
    const same = this.#onLink(link, family).filter((own) => sameNetwork(own, prefix));
    if (!same.some((own) => formatPrefix(own) === formatPrefix(prefix))) return "Error: Address not found.";
    // The first IPv4 address of a network takes the later ones along.
    const primary = family === 4 && same[0] !== undefined && formatPrefix(same[0]) === formatPrefix(prefix);
    const gone = primary ? same.map(formatPrefix) : [formatPrefix(prefix)];
    this.addresses = this.addresses.filter((own) => own.device !== link.name || !gone.includes(formatPrefix(own.prefix)));
    const left = this.#onLink(link, family);
    const network = formatPrefix(networkOf(prefix));
    if (!left.some((own) => sameNetwork(own, prefix))) {
      this.routes = this.routes.filter(
        (route) => route.device !== link.name || route.protocol !== "kernel" || formatPrefix(route.network) !== network,
      );
    }
    if (family === 4 && left.length === 0) {
      this.routes = this.routes.filter((route) => route.device !== link.name || route.network.address.family === 6);
    }
    return undefined;
  }

  #addRoute(link: FakeLink, network: IpPrefix, metric: number): string | undefined {
    const { family } = network.address;
    if (!link.up) return "Error: Device for nexthop is not up.";
    if (family === 6 && link.mtu < 1280) return "RTNETLINK answers: No such device";
    if (family === 6 && !link.ipv6) return "Error: IPv6 is disabled on nexthop device.";
    const taken = this.routes.some((route) => formatPrefix(route.network) === formatPrefix(network) && route.metric === metric);
    if (taken) return "RTNETLINK answers: File exists";
    this.routes.push({ device: link.name, network, metric, protocol: "boot", type: "unicast", gateway: null });
    return undefined;
  }

  #removeRoute(link: FakeLink, network: IpPrefix, metric: number): string | undefined {
    const index = this.routes.findIndex(
      (route) => route.device === link.name && route.metric === metric && formatPrefix(route.network) === formatPrefix(network),
    );
    if (index < 0) return "RTNETLINK answers: No such process";
    this.routes.splice(index, 1);
    return undefined;
  }

  #connect(link: FakeLink, prefix: IpPrefix): void {
    const { family } = prefix.address;
    if (prefix.length === (family === 4 ? 32 : 128)) return;
    const network = networkOf(prefix);
    const known = this.routes.some(
      (route) => route.device === link.name && route.protocol === "kernel" && formatPrefix(route.network) === formatPrefix(network),
    );
    if (known) return;
    const metric = family === 4 ? 0 : 256;
    this.routes.push({ device: link.name, network, metric, protocol: "kernel", type: "unicast", gateway: null });
  }

  #onLink(link: FakeLink, family: 4 | 6): IpPrefix[] {
    return this.addresses.filter((own) => own.device === link.name && own.prefix.address.family === family).map((own) => own.prefix);
  }
}

/** A prefix that a test knows to be one. */
export function prefix(text: string): IpPrefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`${text} is no prefix`);
  return parsed;
}

export function prefixes(...texts: string[]): IpPrefix[] {
  return texts.map(prefix);
}

function sameNetwork(a: IpPrefix, b: IpPrefix): boolean {
  return a.length === b.length && covers(a, b);
}
