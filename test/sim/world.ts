/**
 * Nodes in memory: one virtual clock, one seed, a network between them. Nothing happens but in `step()`, which goes to the next
 * thing that is due, be it a datagram's arrival, an event or a node's deadline.
 */
import { type Endpoint, formatEndpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import { type BootMillis, MINUTE, type Millis, type Now } from "../../src/base/time.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { endpoint, identityOf } from "./places.js";
import { Schedule } from "./schedule.js";
import { Seeded } from "./seeded.js";
import { Site, type SiteOptions, type SitePlace, type SiteSurroundings } from "./site.js";
import { quickSuite } from "./suite.js";
import { describeTransit, labelOf, type Match, type Rule, type Transit } from "./transit.js";
import { Watch } from "./watch.js";

/** What the network does to datagrams. */
export interface Link {
  readonly latency: Millis;
  /** Added at random, hence reordering. */
  readonly jitter: Millis;
  /** Probabilities. */
  readonly loss: number;
  readonly duplication: number;
}

export interface WorldOptions {
  readonly seed: number;
  /** By name. */
  readonly sites: Readonly<Record<string, SiteOptions>>;
  readonly link?: Partial<Link>;
  readonly suite?: CryptoSuite;
  /** How long at most an event takes from the data plane to the node. */
  readonly eventDelay?: Millis;
}

const BOOTED: BootMillis = 1_000_000;
const REAL_AT_BOOT = 1_700_000_000_000;
const STEPS_MAX = 2_000_000;
const SHOWN = 60;

export class World {
  readonly sites: ReadonlyMap<string, Site>;
  /** All datagrams that were sent. */
  readonly transits: Transit[] = [];
  /** What a name stands for; names that are not here do not resolve. */
  readonly names = new Map<string, readonly Endpoint[]>();
  link: Link;
  now: BootMillis = BOOTED;
  readonly #seed: number;
  readonly #suite: CryptoSuite;
  readonly #eventDelay: Millis;
  readonly #schedule = new Schedule();
  readonly #random: Seeded;
  readonly #places = new Map<string, SitePlace>();
  readonly #placeNames = new Map<string, string>();
  readonly #listeners = new Map<string, (bytes: Uint8Array, from: Endpoint) => void>();
  readonly #rules: Rule[] = [];
  readonly #taps: ((transit: Transit) => void)[] = [];
  readonly #watch = new Watch();
  #packets = 0;
  #addresses = 0;

  constructor(options: WorldOptions) {
    this.#seed = options.seed;
    this.#suite = options.suite ?? quickSuite;
    this.#eventDelay = options.eventDelay ?? 0;
    this.#random = new Seeded(options.seed);
    this.link = { latency: 10, jitter: 0, loss: 0, duplication: 0, ...options.link };
    for (const name of Object.keys(options.sites)) this.#makePlace(name);
    this.sites = new Map(Object.entries(options.sites).map(([name, site]) => [name, this.#makeSite(name, site)]));
    for (const site of this.sites.values()) site.start();
  }

  site(name: string): Site {
    const site = this.sites.get(name);
    invariant(site !== undefined, `no site ${name}`);
    return site;
  }

  /** Does something in this world. A failure tells how to see it again, and what went over the wire before it. */
  play(body: () => void): void {
    try {
      body();
    } catch (error) {
      if (error instanceof Error) error.message += `\nseed ${this.#seed}, at ${this.now}\n${this.diagram()}`;
      throw error;
    }
  }

  /** Does the next thing that is due. @returns false when nothing ever is */
  step(): boolean {
    const next = this.#next();
    if (next === undefined) return false;
    this.now = Math.max(this.now, next);
    const act = (this.#schedule.next() ?? Number.POSITIVE_INFINITY) <= this.now ? this.#schedule.take() : undefined;
    if (act) act();
    else this.#handleDeadline();
    for (const site of this.sites.values()) this.#watch.stepped(site);
    return true;
  }

  /** Lets some time pass. */
  run(duration: Millis): void {
    this.runUntil(this.now + duration);
  }

  runUntil(time: BootMillis): void {
    for (let steps = 0; (this.#next() ?? Number.POSITIVE_INFINITY) <= time; steps++) {
      invariant(steps < STEPS_MAX, "the world does not come to rest");
      this.step();
    }
    this.now = time;
  }

  /** Runs until something is so. @returns how long that took */
  until(condition: () => boolean, within: Millis = MINUTE): Millis {
    const start = this.now;
    while (!condition()) {
      const next = this.#next();
      invariant(next !== undefined && next <= start + within, `it did not become so within ${within} ms: ${condition}`);
      this.step();
    }
    return this.now - start;
  }

  /** Plans something. */
  at(time: BootMillis, act: () => void): void {
    this.#schedule.add(time, act);
  }

  /** Hands a datagram to whoever is at `to`, as if it came from `from`. */
  inject(bytes: Uint8Array, from: Endpoint, to: Endpoint, delay: Millis = 0): void {
    this.#deliver(this.#record(bytes, from, to), delay);
  }

  /** Shows each datagram to someone on the path, when it is sent. */
  tap(observe: (transit: Transit) => void): void {
    this.#taps.push(observe);
  }

  /** Loses the next datagrams that match. */
  drop(match: Match, times = Number.POSITIVE_INFINITY): void {
    this.#limitedRule(match, "lost", times);
  }

  /** Delays the next datagrams that match, beyond the latency. */
  delay(match: Match, delay: Millis, times = Number.POSITIVE_INFINITY): void {
    this.#limitedRule(match, { delay }, times);
  }

  /** Lets nothing pass between two sites, wherever they are. @returns what ends it */
  partition(one: Site, other: Site): () => void {
    const between = (transit: Transit) => {
      const ends = [transit.from, transit.to].map(formatEndpoint);
      return ends.includes(formatEndpoint(one.address)) && ends.includes(formatEndpoint(other.address));
    };
    const rule: Rule = (transit) => (between(transit) ? "lost" : undefined);
    this.#rules.push(rule);
    return () => void this.#rules.splice(this.#rules.indexOf(rule), 1);
  }

  /** Ends all losses and delays that were asked for. */
  heal(): void {
    this.#rules.length = 0;
  }

  /** Gives a site another address; nobody is at the old one any more. */
  moveAddress(site: Site, to = this.newAddress()): Endpoint {
    site.address = to;
    this.#placeNames.set(formatEndpoint(site.address), site.name);
    return site.address;
  }

  newAddress(): Endpoint {
    return endpoint(`198.51.100.${++this.#addresses}:7000`);
  }

  /** Someone who receives at an address. */
  listen(at: Endpoint, receive: (bytes: Uint8Array, from: Endpoint) => void): void {
    this.#listeners.set(formatEndpoint(at), receive);
  }

  /** What was sent so far by a site, oldest first. */
  sentBy(site: Site, label?: Transit["label"]): Transit[] {
    return this.transits.filter((transit) => this.#isSite(transit.from, site) && (label === undefined || transit.label === label));
  }

  /** The datagrams of a label, from one site to another. */
  match(label: Transit["label"], from?: Site): Match {
    return (transit) => transit.label === label && (from === undefined || this.#isSite(transit.from, from));
  }

  /** Whatever a site seals under a session. */
  sealed(from: Site): Match {
    return ({ label, from: source }) => label !== "INIT" && label !== "RESP" && this.#isSite(source, from);
  }

  /** The last datagrams, one a line. */
  diagram(lines = SHOWN): string {
    return this.transits
      .slice(-lines)
      .map((transit) => describeTransit(transit, this.#placeNames))
      .join("\n");
  }

  #next(): BootMillis | undefined {
    const times = [this.#schedule.next(), ...[...this.sites.values()].map((site) => (site.running ? site.node.nextDeadline() : undefined))];
    return times.reduce((earliest, time) => (time === undefined ? earliest : Math.min(time, earliest ?? time)), undefined);
  }

  #handleDeadline(): void {
    for (const site of this.sites.values()) {
      if (!site.running || (site.node.nextDeadline() ?? Number.POSITIVE_INFINITY) > this.now) continue;
      site.handleDeadline();
      this.#watch.deadlineHandled(site, this.now);
      return;
    }
  }

  #send(from: Endpoint, to: Endpoint, bytes: Uint8Array): void {
    const transit = this.#record(bytes.slice(), from, to);
    for (const observe of this.#taps) observe(transit);
    const fate = this.#ruling(transit);
    if (fate === "lost" || this.#random.chance(this.link.loss)) {
      transit.fate = "lost";
      return;
    }
    this.#deliver(transit, this.#latency() + (fate?.delay ?? 0));
    if (this.#random.chance(this.link.duplication)) this.#deliver(transit, this.#latency() + (fate?.delay ?? 0));
  }

  /** What the first rule that applies says. */
  #ruling(transit: Transit): ReturnType<Rule> {
    for (const rule of this.#rules) {
      const fate = rule(transit);
      if (fate !== undefined) return fate;
    }
    return undefined;
  }

  #record(bytes: Uint8Array, from: Endpoint, to: Endpoint): Transit {
    const transit: Transit = { at: this.now, from, to, bytes, label: labelOf(bytes), fate: "on its way" };
    this.transits.push(transit);
    return transit;
  }

  #deliver(transit: Transit, delay: Millis): void {
    const { bytes, from, to } = transit;
    this.at(this.now + delay, () => {
      const place = formatEndpoint(to);
      const site = [...this.sites.values()].find((candidate) => formatEndpoint(candidate.address) === place);
      const receive = site?.running ? () => site.receive(bytes.slice(), from) : this.#listeners.get(place);
      transit.fate = receive ? "arrived" : "lost";
      receive?.(bytes.slice(), from);
    });
  }

  #latency(): Millis {
    return this.link.latency + this.#random.fraction() * this.link.jitter;
  }

  #limitedRule(match: Match, fate: ReturnType<Rule>, times: number): void {
    let left = times;
    this.#rules.push((transit) => (left > 0 && match(transit) && left-- > 0 ? fate : undefined));
  }

  #isSite(address: Endpoint, site: Site): boolean {
    return this.#placeNames.get(formatEndpoint(address)) === site.name;
  }

  #makePlace(name: string): void {
    const number = this.#places.size + 1;
    const address = endpoint(`192.0.2.${number}:51820`);
    this.#places.set(name, { name, number, identity: identityOf(name), address });
    this.#placeNames.set(formatEndpoint(address), name);
  }

  #makeSite(name: string, options: SiteOptions): Site {
    const { number, identity } = this.#place(name);
    return new Site(name, number, identity, options, this.#random.fork(name), this.#surroundings());
  }

  #surroundings(): SiteSurroundings {
    return {
      suite: this.#suite,
      now: () => this.#clock(),
      place: (name) => this.#place(name),
      send: (from, to, datagram) => this.#send(from, to, datagram),
      soon: (act) => this.at(this.now + this.#random.fraction() * this.#eventDelay, act),
      resolve: (host, port, answer) => this.at(this.now + this.link.latency, () => answer(this.#resolve(host, port))),
      nextPacket: () => ++this.#packets,
      onSealed: (site, sealed) => this.#watch.sealed(site, sealed),
      onDelivered: (site, packet, from) => this.#watch.delivered(site, packet, from),
      onEffect: (site, effect) => this.#watch.effect(site, effect, this.now),
    };
  }

  #resolve(host: string, port: number): Endpoint[] {
    return (this.names.get(host) ?? []).map((found) => ({ ...found, port }));
  }

  #place(name: string): SitePlace {
    const place = this.#places.get(name);
    invariant(place !== undefined, `no site ${name}`);
    return place;
  }

  #clock(): Now {
    return { boot: this.now, real: REAL_AT_BOOT + this.now };
  }
}
