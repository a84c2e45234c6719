import type { Machine } from "./machine.js";

/** The kernel's counters of a machine's protocols, such as `Udp.InDatagrams`, and of IPv6 as `Ip6FragCreates`. */
export async function protocolCounters(machine: Machine): Promise<Readonly<Record<string, number>>> {
  const [four, six] = [await machine.must(["cat", "/proc/net/snmp"]), await machine.must(["cat", "/proc/net/snmp6"])];
  const counters: Record<string, number> = {};
  const lines = four.trim().split("\n");
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [protocol = "", ...names] = (lines[i] ?? "").split(" ");
    const [, ...values] = (lines[i + 1] ?? "").split(" ");
    names.forEach((name, place) => {
      counters[`${protocol.replace(":", ".")}${name}`] = Number(values[place]);
    });
  }
  for (const line of six.trim().split("\n")) {
    const [name = "", value] = line.split(/\s+/);
    counters[name] = Number(value);
  }
  return counters;
}

/** What the kernel made of packets that were too long, or put together again, by protocol; 0 everywhere when there were none. */
export async function fragmentCounters(machine: Machine): Promise<Readonly<Record<string, number>>> {
  const counters = Object.entries(await protocolCounters(machine));
  return Object.fromEntries(counters.filter(([name]) => /^(Ip\.|Ip6)(FragOKs|FragCreates|ReasmReqds)$/.test(name)));
}

export interface LinkCounters {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

/** The kernel's counters of an interface. */
export async function linkCounters(machine: Machine, device: string): Promise<{ readonly rx: LinkCounters; readonly tx: LinkCounters }> {
  const [link] = JSON.parse(await machine.must(["ip", "-s", "-j", "link", "show", "dev", device]));
  return link.stats64;
}
