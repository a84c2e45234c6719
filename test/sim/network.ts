/**
 * The network between sites. A datagram's way:
 *
 *   send → NAT of the sender → rules → path (loss, delay, copies) → NAT of the receiver → whoever is there on arrival
 */
import { formatAddress } from "../../src/base/address.js";
import type { Endpoint } from "../../src/base/endpoint.js";
import type { BootMillis, Millis } from "../../src/base/time.js";
import { CALM, type Link, Path } from "./link.js";
import type { Nat } from "./nat.js";
import { endpoint, textOf } from "./places.js";
import type { Seeded } from "./seeded.js";
import type { Trace } from "./trace.js";
import { labelOf, type Match, type Rule, type Transit } from "./transit.js";

/** Someone with an address. */
export interface Host {
  readonly name: string;
  address: Endpoint;
  /** Whether a datagram that arrives now is read. */
  readonly awake: boolean;
  receive(datagram: Uint8Array, source: Endpoint): void;
}

/** What a network needs of its world. */
export interface NetworkSurroundings {
  now(): BootMillis;
  at(time: BootMillis, act: () => void): void;
  readonly random: Seeded;
  readonly trace: Trace;
}

/** Whoever a datagram gets to, or why to nobody. */
type Receiver = Host | "refused" | "nobody";
type Receive = (bytes: Uint8Array, from: Endpoint) => void;

export class Network {
  /** All datagrams that were sent, as they are between the NATs. */
  readonly transits: Transit[] = [];
  /** Who is, or was, at an endpoint: by its text. */
  readonly names = new Map<string, string>();
  /** Of all directions that have none of their own. */
  link: Link = CALM;
  readonly #directions = new Map<string, Partial<Link>>();
  readonly #paths = new Map<string, Path>();
  readonly #hosts = new Map<string, Host>();
  readonly #behind = new Map<Host, Nat>();
  readonly #nats = new Set<Nat>();
  readonly #listeners = new Map<string, Receive>();
  readonly #rules: Rule[] = [];
  readonly #taps: ((transit: Transit) => void)[] = [];
  #addresses = 0;

  constructor(private readonly surroundings: NetworkSurroundings) {}

  /** Lets a host be at its address, behind a NAT or not, and nowhere else. */
  attach(host: Host, address: Endpoint, nat?: Nat): void {
    if (this.#hosts.get(textOf(host.address)) === host) this.#hosts.delete(textOf(host.address));
    host.address = address;
    this.#hosts.set(textOf(address), host);
    this.names.set(textOf(address), host.name);
    this.#behind.delete(host);
    if (nat === undefined) return;
    this.#behind.set(host, nat);
    this.#nats.add(nat);
  }

  natOf(host: Host): Nat | undefined {
    return this.#behind.get(host);
  }

  /** An address that nobody has had. */
  newAddress(): Endpoint {
    return endpoint(`198.51.${100 + (this.#addresses >> 8)}.${++this.#addresses & 255}:7000`);
  }

  send(host: Host, to: Endpoint, bytes: Uint8Array): void {
    const nat = this.#behind.get(host);
    const neighbour = nat && this.#hosts.get(textOf(to));
    const isLocal = neighbour !== undefined && this.#behind.get(neighbour) === nat;
    const from = nat === undefined || isLocal ? host.address : nat.outbound(host.address, to, this.surroundings.now());
    this.names.set(textOf(from), host.name);
    const transit = this.#record(bytes.slice(), from, to, true);
    if (nat?.isAt(to.address)) transit.fate = "refused";
    else this.#pass(transit, isLocal ? () => neighbour : () => this.#receiver(transit));
  }

  /** Hands a datagram to whoever is at `to`, as if it came from `from`. */
  inject(bytes: Uint8Array, from: Endpoint, to: Endpoint, delay: Millis = 0): void {
    const transit = this.#record(bytes, from, to, false);
    this.#deliver(transit, delay, () => this.#receiver(transit));
  }

  /** Shows each datagram between the NATs to someone on the path, when it is sent. */
  tap(observe: (transit: Transit) => void): void {
    this.#taps.push(observe);
  }

  /** Lets something happen to some datagrams. @returns what ends it */
  rule(rule: Rule): () => void {
    this.#rules.push(rule);
    return () => {
      const position = this.#rules.indexOf(rule);
      if (position >= 0) this.#rules.splice(position, 1);
    };
  }

  /** What one host sends another has a link of its own, where it differs from that of all; without one, that of all again. */
  direct(from: string, to: string, link?: Partial<Link>): void {
    if (link) this.#directions.set(`${from} ${to}`, link);
    else this.#directions.delete(`${from} ${to}`);
  }

  /** Ends all that was asked of it, but for the link of all. */
  heal(): void {
    this.#rules.length = 0;
    this.#directions.clear();
    this.#paths.clear();
  }

  /** Someone who receives at an address. */
  listen(at: Endpoint, receive: Receive): void {
    this.#listeners.set(textOf(at), receive);
  }

  nameOf(address: Endpoint): string | undefined {
    return this.names.get(textOf(address));
  }

  /** Between two hosts, wherever they are. */
  between(one: string, other: string): Match {
    return ({ from, to }) => {
      const ends = [this.nameOf(from), this.nameOf(to)];
      return ends.includes(one) && ends.includes(other);
    };
  }

  #pass(transit: Transit, receiver: () => Receiver): void {
    for (const observe of this.#taps) observe(transit);
    const fate = this.#ruling(transit);
    const [link, path] = this.#way(transit);
    const delays = path.delays(link, this.surroundings.random);
    if (transit.bytes.length > link.mtu) transit.fate = "too big";
    else if (fate === "lost" || delays.length === 0) transit.fate = "lost";
    else for (const delay of delays) this.#deliver(transit, delay + (fate?.delay ?? 0), receiver);
  }

  #way({ from, to }: Transit): readonly [Link, Path] {
    const direction = `${this.nameOf(from)} ${this.nameOf(to)}`;
    const path = this.#paths.get(direction) ?? new Path();
    this.#paths.set(direction, path);
    const own = this.#directions.get(direction);
    return [own ? { ...this.link, ...own } : this.link, path];
  }

  /** What the first rule that applies says. */
  #ruling(transit: Transit): ReturnType<Rule> {
    for (const rule of this.#rules) {
      const fate = rule(transit);
      if (fate !== undefined) return fate;
    }
    return undefined;
  }

  #record(bytes: Uint8Array, from: Endpoint, to: Endpoint, genuine: boolean): Transit {
    const at = this.surroundings.now();
    const transit: Transit = { at, from, to, bytes, label: labelOf(bytes), genuine, fate: "on its way" };
    this.transits.push(transit);
    this.surroundings.trace.add(`${at} ${textOf(from)} ${textOf(to)} `, bytes);
    return transit;
  }

  #deliver(transit: Transit, delay: Millis, receiver: () => Receiver): void {
    const { at, now, trace } = this.surroundings;
    at(now() + delay, () => {
      const found = receiver();
      const host = typeof found === "object" && found.awake ? found : undefined;
      const receive: Receive | undefined = host ? (bytes, from) => host.receive(bytes, from) : this.#listeners.get(textOf(transit.to));
      const none = found === "refused" ? "refused" : "nobody";
      transit.fate = receive ? "arrived" : none;
      trace.add(`${now()} ${transit.fate} ${host?.name}\n`);
      receive?.(transit.bytes.slice(), transit.from);
    });
  }

  /** Whoever gets what arrives at an endpoint from between the NATs. */
  #receiver({ from, to }: Transit): Receiver {
    const nat = this.#natAt(to);
    const inside = nat ? nat.inbound(from, to.port, this.surroundings.now()) : to;
    if (inside === undefined) return "refused";
    const host = this.#hosts.get(textOf(inside));
    return host && this.#behind.get(host) === nat ? host : "nobody";
  }

  #natAt({ address }: Endpoint): Nat | undefined {
    if (this.#nats.size === 0) return undefined;
    const text = formatAddress(address);
    for (const nat of this.#nats) if (formatAddress(nat.address) === text) return nat;
    return undefined;
  }
}
