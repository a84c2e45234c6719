/**
 * Nodes in memory: one virtual clock, one seed, a network between them. Nothing happens but in `step()`, which goes to the next
 * thing that is due, be it a datagram's arrival, an event or a node's deadline.
 */
import type { Endpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import { type BootMillis, MINUTE, type Millis } from "../../src/base/time.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import { DeadlineQueue } from "../../src/protocol/deadlines.js";
import { describeFailure } from "./failure.js";
import { Geography } from "./geography.js";
import { CALM, type Link } from "./link.js";
import { type Remark, sequenceDiagram } from "./mermaid.js";
import type { Nat, NatOptions } from "./nat.js";
import { Network } from "./network.js";
import { type Observer, Observers } from "./observer.js";
import { Schedule } from "./schedule.js";
import { Seeded } from "./seeded.js";
import { Site } from "./site.js";
import type { SiteOptions } from "./site-options.js";
import type { SiteSurroundings } from "./site-surroundings.js";
import { quickSuite } from "./suite.js";
import { Trace } from "./trace.js";
import type { Match, Transit } from "./transit.js";
import { watchers } from "./watchers.js";

export interface WorldOptions {
  readonly seed: number;
  /** By name. */
  readonly sites: Readonly<Record<string, SiteOptions>>;
  /** By name; a site says which of them it is behind. */
  readonly nats?: Readonly<Record<string, NatOptions>>;
  readonly link?: Partial<Link>;
  readonly suite?: CryptoSuite;
  /** How long at most an event takes from the data plane to the node. */
  readonly eventDelay?: Millis;
  /** Look on, besides those who watch over every run. */
  readonly observers?: readonly Observer[];
  /** The command that repeats this run. */
  readonly replay?: string;
}

const BOOTED: BootMillis = 1_000_000;
const REAL_AT_BOOT = 1_700_000_000_000;
const STEPS_MAX = 5_000_000;
const SHOWN = 60;
/** Of so many sites each is asked for its deadline at each step; more would take too long. */
const FEW = 8;

export class World {
  readonly sites: ReadonlyMap<string, Site>;
  readonly network: Network;
  /** What a name stands for; names that are not here do not resolve. */
  readonly names = new Map<string, readonly Endpoint[]>();
  readonly trace = new Trace();
  now: BootMillis = BOOTED;
  readonly #seed: number;
  readonly #replay: string | undefined;
  readonly #suite: CryptoSuite;
  readonly #eventDelay: Millis;
  readonly #schedule = new Schedule();
  readonly #deadlines = new DeadlineQueue<Site>();
  readonly #touched = new Set<Site>();
  readonly #random: Seeded;
  readonly #geography: Geography;
  readonly #remarks: Remark[] = [];
  readonly #observers: Observers;
  #packets = 0;

  constructor(options: WorldOptions) {
    this.#seed = options.seed;
    this.#replay = options.replay;
    this.#suite = options.suite ?? quickSuite;
    this.#eventDelay = options.eventDelay ?? 0;
    this.#random = new Seeded(options.seed);
    this.#observers = new Observers(...watchers(), ...(options.observers ?? []));
    const { random, trace } = { random: this.#random, trace: this.trace };
    this.network = new Network({ now: () => this.now, at: (time, act) => this.at(time, act), random, trace });
    this.network.link = { ...CALM, ...options.link };
    this.#geography = new Geography(options.sites, options.nats ?? {}, random);
    this.sites = new Map(Object.entries(options.sites).map(([name, site]) => [name, this.#makeSite(name, site)]));
    for (const site of this.sites.values()) this.goHome(site);
    for (const site of this.sites.values()) site.start();
  }

  site(name: string): Site {
    const site = this.sites.get(name);
    invariant(site !== undefined, `no site ${name}`);
    return site;
  }

  get nats(): Iterable<Nat> {
    return this.#geography.nats.values();
  }

  nat(name: string): Nat {
    return this.#geography.nat(name);
  }

  /** Does something in this world. A failure tells how to see it again, and what went over the wire before it. */
  play(body: () => void): void {
    try {
      body();
    } catch (error) {
      const diagram = this.diagram();
      if (error instanceof Error)
        error.message += `\n${describeFailure({ seed: this.#seed, at: this.now, replay: this.#replay, diagram })}`;
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
    for (const site of this.#touched) this.#observers.stepped(site);
    this.#touched.clear();
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

  /** Tells one more of what happens. */
  observe(observer: Observer): void {
    this.#observers.add(observer);
  }

  /** Notes something for the diagram. */
  remark(site: Site, text: string): void {
    this.#remarks.push({ at: this.now, site: site.name, text });
  }

  /** Gives a site another address, outside any NAT; nobody is at the old one any more. */
  moveAddress(site: Site, to = this.newAddress()): Endpoint {
    this.network.attach(site, to);
    return to;
  }

  /** Puts a site back where it was at first. */
  goHome(site: Site): void {
    const { nat } = site.options;
    this.network.attach(site, this.#geography.place(site.name).address, nat === undefined ? undefined : this.nat(nat));
  }

  get link(): Link {
    return this.network.link;
  }

  set link(link: Link) {
    this.network.link = link;
  }

  get transits(): readonly Transit[] {
    return this.network.transits;
  }

  newAddress(): Endpoint {
    return this.network.newAddress();
  }

  inject(bytes: Uint8Array, from: Endpoint, to: Endpoint, delay: Millis = 0): void {
    this.network.inject(bytes, from, to, delay);
  }

  tap(observe: (transit: Transit) => void): void {
    this.network.tap(observe);
  }

  listen(at: Endpoint, receive: (bytes: Uint8Array, from: Endpoint) => void): void {
    this.network.listen(at, receive);
  }

  /** Loses the next datagrams that match. */
  drop(match: Match, times = Number.POSITIVE_INFINITY): void {
    let left = times;
    this.network.rule((transit) => (left > 0 && match(transit) && left-- > 0 ? "lost" : undefined));
  }

  /** Delays the next datagrams that match, beyond the latency. */
  delay(match: Match, delay: Millis, times = Number.POSITIVE_INFINITY): void {
    let left = times;
    this.network.rule((transit) => (left > 0 && match(transit) && left-- > 0 ? { delay } : undefined));
  }

  /** Lets nothing pass between two sites, wherever they are. @returns what ends it */
  partition(one: Site, other: Site): () => void {
    const between = this.network.between(one.name, other.name);
    return this.network.rule((transit) => (between(transit) ? "lost" : undefined));
  }

  /** Ends all losses and delays that were asked for. */
  heal(): void {
    this.network.heal();
  }

  /** What was sent so far by a site, oldest first. */
  sentBy(site: Site, label?: Transit["label"]): Transit[] {
    return this.transits.filter((transit) => this.#isOf(transit, site) && (label === undefined || transit.label === label));
  }

  /** The datagrams of a label, from one site to another. */
  match(label: Transit["label"], from?: Site): Match {
    return (transit) => transit.label === label && (from === undefined || this.#isOf(transit, from));
  }

  /** Whatever a site seals under a session. */
  sealed(from: Site): Match {
    return (transit) => transit.label !== "INIT" && transit.label !== "RESP" && this.#isOf(transit, from);
  }

  /** The last datagrams, as a sequence diagram. */
  diagram(lines = SHOWN): string {
    return sequenceDiagram(this.transits, this.#remarks, this.network.names, lines);
  }

  #isOf({ from }: Transit, site: Site): boolean {
    return this.network.nameOf(from) === site.name;
  }

  #next(): BootMillis | undefined {
    // Tests may have told a node something without a word to its site.
    if (this.sites.size <= FEW) for (const site of this.sites.values()) this.#deadlines.set(site, site.nextDeadline());
    const [planned, deadline] = [this.#schedule.next(), this.#deadlines.next()];
    return planned === undefined || deadline === undefined ? (planned ?? deadline) : Math.min(planned, deadline);
  }

  #handleDeadline(): void {
    const site = this.#deadlines.takeDue(this.now);
    if (site === undefined) return;
    site.handleDeadline();
    this.#observers.deadlineHandled(site, this.now);
  }

  #changed(site: Site): void {
    this.#touched.add(site);
    this.#deadlines.set(site, site.nextDeadline());
  }

  #makeSite(name: string, options: SiteOptions): Site {
    const { number, identity } = this.#geography.place(name);
    return new Site(name, number, identity, options, this.#random.fork(name), this.#surroundings());
  }

  #surroundings(): SiteSurroundings {
    return {
      suite: this.#suite,
      realAtBoot: REAL_AT_BOOT,
      now: () => this.now,
      place: (name) => this.#geography.place(name),
      send: (site, to, datagram) => this.network.send(site, to, datagram),
      at: (time, act) => this.at(time, act),
      soon: (act) => this.at(this.now + this.#random.fraction() * this.#eventDelay, act),
      resolve: (host, port, answer) => this.at(this.now + this.network.link.latency, () => answer(this.#resolve(host, port))),
      nextPacket: () => ++this.#packets,
      changed: (site) => this.#changed(site),
      observers: this.#observers,
    };
  }

  #resolve(host: string, port: number): Endpoint[] {
    return (this.names.get(host) ?? []).map((found) => ({ ...found, port }));
  }
}
