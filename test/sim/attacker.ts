/**
 * Someone in the middle: sees every datagram between the NATs, can send any bytes from any address, lose and delay what passes. What
 * it does lasts a while and ends by itself.
 */
import type { Endpoint } from "../../src/base/endpoint.js";
import { type Millis, SECOND } from "../../src/base/time.js";
import { initiate } from "../../src/protocol/handshake/initiator.js";
import { OPEN_NETWORK, prologue } from "../../src/protocol/handshake/prologue.js";
import { CAPABILITY } from "../../src/protocol/wire/capabilities.js";
import { damaged } from "./damage.js";
import { endpoint, identityOf, textOf } from "./places.js";
import type { Seeded } from "./seeded.js";
import type { Site } from "./site.js";
import { quickSuite } from "./suite.js";
import type { Transit } from "./transit.js";
import type { World } from "./world.js";

const LONGEST = 30 * SECOND;
/** How many datagrams are recorded; the first ones are kept for ever, for use after restarts. */
const RECORDED_FIRST = 300;
const RECORDED = 3000;

type OnTransit = (transit: Transit) => void;

export class Attacker {
  readonly #recorded: Transit[] = [];
  readonly #watching = new Set<OnTransit>();
  readonly #ends = new Set<() => void>();
  #addresses = 0;

  constructor(
    private readonly world: World,
    private readonly random: Seeded,
  ) {
    world.tap((transit) => {
      for (const watch of [...this.#watching]) watch(transit);
      this.#recorded.push(transit);
      if (this.#recorded.length > RECORDED) this.#recorded.splice(RECORDED_FIRST, RECORDED / 3);
    });
  }

  /** What it can do. */
  get names(): string[] {
    return Object.keys(this.#attacks);
  }

  /** Begins to do something. @returns what */
  act(): string {
    const name = this.random.pick(this.names);
    this.begin(name);
    return name;
  }

  begin(name: string): void {
    this.#attacks[name]?.();
  }

  /** Ends everything. */
  stop(): void {
    for (const end of [...this.#ends]) end();
  }

  readonly #attacks: Readonly<Record<string, () => void>> = {
    "replays in order": () => this.#replay(this.#cut(30), 20),
    "replays shuffled": () => this.#replay(this.#shuffled(this.#cut(30)), 20),
    "replays from elsewhere": () => this.#replay(this.#cut(10), 20, () => this.#address()),
    "replays from another's address": () => this.#replay(this.#cut(10), 20, () => this.#site().address),
    "replays what is old": () => this.#replay(this.#shuffled(this.#recorded.slice(0, RECORDED_FIRST)).slice(0, 20), 50),
    reflects: () => this.#whilePassing(0.5, ({ bytes, from, to }) => this.world.inject(bytes, to, from)),
    "damages copies": () => this.#whilePassing(0.3, (transit) => this.#injectDamaged(transit)),
    "damages what passes": () => this.#damage(),
    races: () => this.#race(),
    drops: () => this.#dropSome(),
    delays: () => this.#delaySome(),
    "holds back and releases from elsewhere": () => this.#holdBack(),
    "knocks with a key of its own": () => this.#knock(),
    "sends noise": () => this.#sendNoise(),
  };

  #replay(transits: readonly Transit[], interval: Millis, from?: () => Endpoint): void {
    transits.forEach((transit, i) => {
      this.world.inject(transit.bytes, from?.() ?? transit.from, transit.to, i * this.random.between(0, interval));
    });
  }

  #injectDamaged({ bytes, from, to }: Transit): void {
    const other = this.#recorded[this.random.below(this.#recorded.length)]?.bytes ?? bytes;
    this.world.inject(damaged(bytes, other, this.random), this.random.chance(0.8) ? from : this.#address(), to);
  }

  /** What arrives is not what was sent. */
  #damage(): void {
    const chosen = new Set<Transit>();
    this.#whilePassing(0.2, (transit) => {
      chosen.add(transit);
      this.#injectDamaged(transit);
    });
    this.#during(this.world.network.rule((transit) => (chosen.has(transit) ? "lost" : undefined)));
  }

  /** Copies are quicker than what they are copies of, and come from an address at which it passes on all that it gets. */
  #race(): void {
    const { world } = this;
    const [one, other] = this.#pair();
    const here = this.#address();
    const between = world.network.between(one.name, other.name);
    const elsewhere = textOf(here);
    let [atOne, atOther] = [one.address, other.address];
    const relays = this.random.chance(0.7);
    const end = this.#whilePassing(1, (transit) => {
      if (!between(transit) || textOf(transit.from) === elsewhere || textOf(transit.to) === elsewhere) return;
      const ofOne = world.network.nameOf(transit.from) === one.name;
      [atOne, atOther] = ofOne ? [transit.from, transit.to] : [transit.to, transit.from];
      world.inject(transit.bytes, here, transit.to);
    });
    world.listen(here, (bytes, from) => {
      if (!relays || end.over) return;
      const ofOne = textOf(from) === textOf(atOne);
      world.inject(bytes, here, ofOne ? atOther : atOne, 1);
    });
  }

  #dropSome(): void {
    const match = this.#someKind();
    const share = this.random.pick([0.3, 0.7, 1]);
    this.#during(this.world.network.rule((transit) => (match(transit) && this.random.chance(share) ? "lost" : undefined)));
  }

  #delaySome(): void {
    const match = this.#someKind();
    const most = this.random.pick([0.2, 1, 20]) * SECOND;
    this.#during(this.world.network.rule((transit) => (match(transit) ? { delay: this.random.between(0, most) } : undefined)));
  }

  #holdBack(): void {
    const [one] = this.#pair();
    const held: Transit[] = [];
    this.#during(
      this.world.network.rule((transit) => {
        if (this.world.network.nameOf(transit.from) !== one.name || held.length > 50) return undefined;
        held.push(transit);
        return "lost";
      }),
      () => {
        const here = this.#address();
        for (const { bytes, to } of held) this.world.inject(bytes, here, to, this.random.between(0, 100));
      },
    );
  }

  /** A caller that nobody knows, or one who damaged what it says of itself. */
  #knock(): void {
    const to = this.#site();
    const { message } =
      initiate({
        suite: quickSuite,
        prologue: prologue(quickSuite, OPEN_NETWORK, to.identity.publicKey),
        local: identityOf("stranger"),
        psk: new Uint8Array(32),
        index: 1 + this.random.below(2 ** 32 - 1),
        payload: { capabilities: CAPABILITY.l3 | CAPABILITY.probe | CAPABILITY.control, rxMax: 1472 },
        ephemeral: () => this.random.bytes(32),
      }) ?? {};
    if (message) this.world.inject(message, this.#address(), to.address);
  }

  #sendNoise(): void {
    for (let i = this.random.below(10); i >= 0; i--) {
      const bytes = this.random.bytes(this.random.below(200));
      if (this.random.chance(0.7)) bytes.set([1 + this.random.below(4), this.random.below(3), 0, 0].slice(0, bytes.length));
      this.world.inject(bytes, this.#address(), this.#site().address);
    }
  }

  #someKind(): (transit: Transit) => boolean {
    const label = this.random.pick(["INIT", "RESP", "DATA", "EMPTY", "PROBE", "CONTROL", "all"] as const);
    const site = this.random.chance(0.5) ? this.#site().name : undefined;
    return (transit) =>
      (label === "all" || transit.label === label) && (site === undefined || this.world.network.nameOf(transit.from) === site);
  }

  #whilePassing(share: number, act: OnTransit): { over: boolean } {
    const state = { over: false };
    const watch: OnTransit = (transit) => {
      if (this.random.chance(share)) act(transit);
    };
    this.#watching.add(watch);
    this.#during(
      () => this.#watching.delete(watch),
      () => {
        state.over = true;
      },
    );
    return state;
  }

  /** Ends something after a while, or when everything ends. */
  #during(...ends: (() => void)[]): void {
    const end = () => {
      if (this.#ends.delete(end)) for (const one of ends) one();
    };
    this.#ends.add(end);
    this.world.at(this.world.now + this.random.between(SECOND, LONGEST), end);
  }

  /** Some that followed each other. */
  #cut(most: number): Transit[] {
    const start = this.random.below(this.#recorded.length);
    return this.#recorded.slice(start, start + 1 + this.random.below(most));
  }

  #shuffled(transits: readonly Transit[]): Transit[] {
    return transits
      .map((transit) => ({ transit, place: this.random.fraction() }))
      .sort((one, other) => one.place - other.place)
      .map(({ transit }) => transit);
  }

  #pair(): readonly [Site, Site] {
    const one = this.#site();
    return [one, this.world.site(this.random.pick(one.peers.length > 0 ? one.peers : [one.name]))];
  }

  #site(): Site {
    return this.random.pick([...this.world.sites.values()]);
  }

  #address(): Endpoint {
    const address = endpoint(`203.0.113.66:${1000 + this.#addresses++}`);
    this.world.network.names.set(textOf(address), "eve");
    return address;
  }
}
