/** What happens to sites and the network between them while a run is bad. Each begins at once, and most end by themselves. */
import { MINUTE, type Millis, SECOND } from "../../src/base/time.js";
import { Attacker } from "./attacker.js";
import type { Coverage } from "./coverage.js";
import type { Link } from "./link.js";
import { endpoint } from "./places.js";
import type { Seeded } from "./seeded.js";
import type { Site } from "./site.js";
import { YEAR_1970, YEAR_2200 } from "./wall-clock.js";
import type { World } from "./world.js";

export class Disturbances {
  readonly #attacker: Attacker;
  readonly #sites: readonly Site[];
  readonly #ends = new Set<() => void>();
  #natAddresses = 100;

  constructor(
    private readonly world: World,
    private readonly random: Seeded,
    private readonly coverage: Coverage,
  ) {
    this.#attacker = new Attacker(world, random.fork("attacker"));
    this.#sites = [...world.sites.values()];
  }

  /** Does one of them. */
  act(): void {
    const [name, disturb] = this.random.pick(Object.entries(this.#all));
    disturb.call(this);
    this.coverage.count("disturbances", name);
  }

  restart(): void {
    const site = this.#site();
    this.world.remark(site, "restarts");
    site.stop();
    this.coverage.count("disturbances", "restart");
    this.world.at(this.world.now + this.random.pick([0, 0, 0.3, 5]) * SECOND, () => this.#startAgain(site));
  }

  /** For a while all directions lose much of what is sent. */
  lose(link: Partial<Link> = { loss: this.random.between(0.7, 1) }): void {
    const duration = this.random.between(5, 60) * SECOND;
    const ends = this.#directAll(link);
    this.world.at(this.world.now + duration, ends);
    for (const from of this.#sites) {
      for (const to of from.peers) {
        for (let i = 0; i < 5; i++) this.world.at(this.world.now + this.random.between(0, duration), () => from.transmit(to));
      }
    }
    this.coverage.count("disturbances", "stretch of loss");
  }

  /** Ends what does not end by itself. */
  end(): void {
    this.#attacker.stop();
    for (const end of [...this.#ends]) end();
    for (const site of this.#sites) {
      if (!site.running) site.start();
      site.resume();
    }
  }

  readonly #all: Readonly<Record<string, () => void>> = {
    restart: () => this.restart(),
    "stretch of loss": () => this.lose(this.#badLink()),
    "loss in one direction": () => this.#loseOneWay(),
    move: () => this.#move(),
    "move that is noticed": () => this.#moveAndNotice(),
    "move home": () => this.world.goHome(this.#site()),
    goodbye: () => this.#sayGoodbye(),
    partition: () => this.#partition(),
    "NAT rebinding": () => this.#rebind(),
    "NAT restart": () => this.#restartNat(),
    suspend: () => this.#suspend(),
    "wall clock": () => this.#setClock(),
    "bad direction": () => this.#worsen(),
    "small MTU": () => this.#narrow(),
    "forged packet": () => this.#forge(),
    "forced rekey": () => this.#rekey(),
    "name that does not resolve": () => this.#unname(),
    "socket that refuses": () => this.#refuse(),
    attack: () => this.#attack(),
    "attack again": () => this.#attack(),
    "one more attack": () => this.#attack(),
  };

  #loseOneWay(): void {
    const ends = this.#direct(this.#site(), this.#site(), this.#badLink());
    this.world.at(this.world.now + this.random.between(5, 60) * SECOND, ends);
  }

  #badLink(): Partial<Link> {
    const bursts = { begin: this.random.between(0.02, 0.2), end: this.random.between(0.05, 0.5), loss: 1 };
    return this.random.chance(0.5) ? { bursts } : { loss: this.random.between(0.3, 1) };
  }

  #startAgain(site: Site): void {
    if (site.running) return;
    this.world.remark(site, "starts");
    site.start();
  }

  #move(): void {
    const site = this.#site();
    const to = this.world.moveAddress(site);
    this.world.remark(site, `moves to port ${to.port}`);
  }

  /** The host tells of its new address, as hosts mostly do. */
  #moveAndNotice(): void {
    const site = this.#site();
    this.world.moveAddress(site);
    this.world.remark(site, "moves and knows it");
    if (site.awake) site.input({ type: "host-changed", change: { what: "anything" } });
  }

  #sayGoodbye(): void {
    const site = this.#site();
    if (!site.awake) return;
    this.world.remark(site, "says goodbye");
    site.down();
    this.#later(10 * SECOND, () => this.#startAgain(site));
  }

  #partition(): void {
    const heal = this.world.partition(this.#site(), this.#site());
    this.world.at(this.world.now + this.random.between(0, 2 * MINUTE), heal);
  }

  #rebind(): void {
    const site = this.#siteBehindNat();
    const lost = this.world.network.natOf(site)?.rebind(site.address) ?? 0;
    if (lost > 0) this.coverage.count("NAT", "mappings lost", lost);
  }

  #restartNat(): void {
    const nat = this.world.network.natOf(this.#siteBehindNat());
    const moves = this.random.chance(0.5) ? endpoint(`203.0.113.${this.#natAddresses++}:1`).address : undefined;
    nat?.restart(moves);
    if (nat) this.coverage.count("NAT", moves ? "restarts with a new address" : "restarts");
  }

  #suspend(): void {
    const site = this.#site();
    this.world.remark(site, "sleeps");
    site.suspend();
    this.world.at(this.world.now + this.random.between(0.1, 90) * SECOND, () => {
      this.world.remark(site, "wakes");
      site.resume();
    });
  }

  #setClock(): void {
    const { wallClock } = this.#site();
    const { now } = this.world;
    if (this.random.chance(0.3)) wallClock.swing(SECOND, this.random.between(-600, 600) * SECOND, now);
    else wallClock.set(this.random.pick([YEAR_1970, YEAR_2200, YEAR_2200 / 4]), now);
  }

  #worsen(): void {
    const link = { latency: this.random.between(1, 400), jitter: this.random.between(0, 100), reordering: this.random.between(0, 0.5) };
    this.world.at(this.world.now + this.random.between(1, 60) * SECOND, this.#direct(this.#site(), this.#site(), link));
  }

  #narrow(): void {
    const ends = this.#direct(this.#site(), this.#site(), { mtu: this.random.pick([1312, 1392, 1452]) });
    this.world.at(this.world.now + this.random.between(1, 60) * SECOND, ends);
  }

  /** A peer that sends in the name of another. */
  #forge(): void {
    const [from, other] = [this.#site(), this.#site()];
    const to = from.peers[0];
    if (to !== undefined) from.transmitForged(to, other.name);
  }

  #rekey(): void {
    const site = this.#site();
    const index = site.plane.currentOf(0);
    if (index !== undefined && site.awake) site.input({ type: "rekey", index });
  }

  #unname(): void {
    const name = this.random.pick([...this.world.names.keys()]);
    const endpoints = this.world.names.get(name) ?? [];
    if (endpoints.length === 0) return;
    this.world.names.set(name, []);
    this.#later(2 * MINUTE, () => this.world.names.set(name, endpoints));
  }

  #refuse(): void {
    const site = this.#site();
    site.refuses = () => "ENETUNREACH";
    this.#later(MINUTE, () => {
      site.refuses = undefined;
    });
  }

  /** After some part of that time, or when everything ends. */
  #later(most: Millis, act: () => void): void {
    const once = () => {
      if (this.#ends.delete(once)) act();
    };
    this.#ends.add(once);
    this.world.at(this.world.now + this.random.between(0, most), once);
  }

  #attack(): void {
    this.coverage.count("attacks", this.#attacker.act());
  }

  #direct(from: Site, to: Site, link: Partial<Link>): () => void {
    this.world.network.direct(from.name, to.name, link);
    return () => this.world.network.direct(from.name, to.name);
  }

  #directAll(link: Partial<Link>): () => void {
    const ends = this.#sites.flatMap((from) => this.#sites.map((to) => this.#direct(from, to, link)));
    return () => {
      for (const end of ends) end();
    };
  }

  /** One that is behind a NAT, if any is. */
  #siteBehindNat(): Site {
    const behind = this.#sites.filter((site) => this.world.network.natOf(site));
    return behind.length > 0 ? this.random.pick(behind) : this.#site();
  }

  #site(): Site {
    return this.random.pick(this.#sites);
  }
}
