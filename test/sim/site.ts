import { type Endpoint, formatEndpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import type { BootMillis, Now } from "../../src/base/time.js";
import type { Effect, Input, Notice, PeerId } from "../../src/protocol/effects.js";
import type { KeyPair } from "../../src/protocol/handshake/initiator.js";
import { OPEN_NETWORK } from "../../src/protocol/handshake/prologue.js";
import { Node } from "../../src/protocol/node.js";
import type { PeerLink, PeerSettings } from "../../src/protocol/peer.js";
import type { Reason, Stranger } from "../../src/protocol/reasons.js";
import { CAPABILITY } from "../../src/protocol/wire/capabilities.js";
import { ClockWatch } from "./clock-watch.js";
import { DataPlane } from "./data-plane.js";
import { encodePacket, type InnerPacket } from "./inner-packet.js";
import type { Host } from "./network.js";
import { peerSettings } from "./peer-settings.js";
import { Processor } from "./processor.js";
import type { Seeded } from "./seeded.js";
import type { SiteOptions } from "./site-options.js";
import type { SitePlace, SiteSurroundings } from "./site-surroundings.js";
import { WallClock } from "./wall-clock.js";

const { l3, probe, control } = CAPABILITY;

/** A node on a data plane, with an address. */
export class Site implements SitePlace, Host {
  /** As it knows it itself: behind a NAT, others see another. The network sets it. */
  address: Endpoint;
  node: Node;
  plane: DataPlane;
  /** What its interface was given, in order. */
  readonly delivered: (InnerPacket & { readonly at: BootMillis })[] = [];
  /** What its log was told of links that there are not, and of strangers. */
  readonly troubles: { readonly at: BootMillis; readonly reason: Reason }[] = [];
  readonly strangers: Stranger[] = [];
  readonly notices: { readonly at: BootMillis; readonly notice: Notice }[] = [];
  /** How often its deadlines were handled. */
  wakes = 0;
  running = false;
  readonly wallClock: WallClock;
  readonly processor: Processor | undefined;
  /** Makes the kernel refuse to send to an endpoint. */
  refuses: ((to: Endpoint) => string | undefined) | undefined;
  /** Names of its peers, by their id. */
  readonly peers: readonly string[];
  readonly #settings: readonly PeerSettings[];
  #clockWatch: ClockWatch | undefined;
  readonly #packets = new Set<number>();
  /** Its peers, by their sites' numbers. */
  readonly #owners = new Map<number, PeerId>();
  /** What waits for the end of a suspend; undefined outside one. */
  #frozen: (() => void)[] | undefined;

  constructor(
    readonly name: string,
    readonly number: number,
    readonly identity: KeyPair,
    readonly options: SiteOptions,
    private readonly random: Seeded,
    private readonly surroundings: SiteSurroundings,
  ) {
    this.address = surroundings.place(name).address;
    this.wallClock = new WallClock(surroundings.realAtBoot);
    const { now, at } = surroundings;
    this.processor = options.processor && new Processor(options.processor, now, at);
    this.peers = Object.keys(options.peers);
    this.#settings = peerSettings(options, (peer) => surroundings.place(peer));
    this.plane = this.#makePlane();
    this.node = this.#makeNode();
  }

  /** Whether it runs and is not suspended. */
  get awake(): boolean {
    return this.running && this.#frozen === undefined;
  }

  now(): Now {
    const boot = this.surroundings.now();
    return { boot, real: this.wallClock.read(boot) };
  }

  start(): void {
    this.running = true;
    this.#clockWatch = new ClockWatch(this.now());
    this.carryOut(this.node.start(this.now()));
  }

  /** Forgets everything, without a word to anyone. */
  stop(): void {
    this.surroundings.observers.ending(this);
    this.running = false;
    this.#frozen = undefined;
    this.plane = this.#makePlane();
    this.node = this.#makeNode();
    this.surroundings.changed(this);
  }

  /** Says goodbye, and forgets everything. */
  down(): void {
    this.carryOut(this.node.farewell(this.now()));
    this.stop();
  }

  restart(): void {
    this.stop();
    this.start();
  }

  /** Nothing runs and no datagram is read, but the boot clock goes on. */
  suspend(): void {
    this.#frozen ??= [];
    this.surroundings.changed(this);
  }

  resume(): void {
    const waiting = this.#frozen ?? [];
    this.#frozen = undefined;
    for (const act of waiting) act();
    this.surroundings.changed(this);
  }

  /** @returns undefined when it waits for nothing, or cannot wake up */
  nextDeadline(): BootMillis | undefined {
    return this.awake ? this.node.nextDeadline() : undefined;
  }

  /** Sends a packet into the tunnel. @returns its number */
  transmit(to: string, length?: number): number {
    const id = this.surroundings.nextPacket();
    const other = this.surroundings.place(to).number;
    this.#transmit(other, encodePacket({ from: this.number, to: other, id }, length));
    return id;
  }

  /** Sends another site a packet in the name of a third. */
  transmitForged(to: string, from: string): void {
    const other = this.surroundings.place(to).number;
    this.#transmit(other, encodePacket({ from: this.surroundings.place(from).number, to: other, id: this.surroundings.nextPacket() }));
  }

  has(id: number): boolean {
    return this.#packets.has(id);
  }

  peerId(name: string): PeerId {
    const id = this.peers.indexOf(name);
    invariant(id >= 0, `${this.name} has no peer ${name}`);
    return id;
  }

  peerName(id: PeerId): string {
    return this.peers[id] ?? "";
  }

  link(name: string): PeerLink {
    const link = this.node.link(this.peerId(name), this.surroundings.now());
    invariant(link !== undefined, `no link to ${name}`);
    return link;
  }

  /** Where its packets to a peer go. */
  endpointOf(name: string): string | undefined {
    const { endpoint } = this.link(name);
    return endpoint && formatEndpoint(endpoint);
  }

  /** @returns the effects, which were carried out */
  input(input: Input): Effect[] {
    const { observers } = this.surroundings;
    observers.input(this, input, this.surroundings.now());
    const effects = this.node.handle(input, this.now());
    this.carryOut(effects);
    observers.handled(this);
    return effects;
  }

  handleDeadline(): void {
    this.wakes++;
    this.carryOut(this.node.handleDeadline(this.now()));
  }

  receive(datagram: Uint8Array, source: Endpoint): void {
    this.#watchClock();
    this.surroundings.observers.receiving(this, datagram, source);
    this.plane.receive(datagram, source);
    this.surroundings.observers.received(this);
    this.surroundings.changed(this);
  }

  carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.surroundings.observers.effect(this, effect, this.surroundings.now());
      switch (effect.type) {
        case "send":
          this.#send(effect);
          break;
        case "resolve":
          this.#resolve(effect.peer);
          break;
        case "trouble":
          this.troubles.push({ at: this.surroundings.now(), reason: effect.reason });
          break;
        case "stranger":
          this.strangers.push(effect.stranger);
          break;
        case "notice":
          this.notices.push({ at: this.surroundings.now(), notice: effect.notice });
          break;
        default:
          this.plane.carryOut(effect);
      }
    }
    this.surroundings.changed(this);
  }

  /** As the data path does before each batch. */
  #watchClock(): void {
    if (this.#clockWatch?.wasSet(this.now())) this.plane.endGeneration();
  }

  #transmit(to: number, packet: Uint8Array): void {
    if (!this.awake) return;
    this.#watchClock();
    this.plane.transmit(to, packet);
    this.surroundings.changed(this);
  }

  /** What leaves the socket. */
  #emit(to: Endpoint, datagram: Uint8Array): void {
    this.surroundings.observers.sending(this, datagram, to);
    this.surroundings.send(this, to, datagram);
  }

  #send({ peer, to, datagram }: Extract<Effect, { type: "send" }>): void {
    const error = this.refuses?.(to);
    if (error === undefined) this.#emit(to, datagram);
    else this.#later({ type: "send-failed", peer, to, error });
  }

  #resolve(peer: PeerId): void {
    const configured = this.#settings[peer]?.endpoint;
    invariant(configured !== undefined, "resolves a peer without an endpoint");
    this.surroundings.resolve(configured.host, configured.port, (endpoints) => this.#later({ type: "resolved", peer, endpoints }));
  }

  /** Passes something to the node, unless it is another one by then. */
  #later(input: Input): void {
    const { node, processor } = this;
    const act = () => {
      if (this.node !== node || !this.running) return;
      if (this.#frozen) this.#frozen.push(() => this.input(input));
      else this.input(input);
    };
    this.surroundings.soon(() => (processor ? processor.take(input, act) : act()));
  }

  #makePlane(): DataPlane {
    const { surroundings } = this;
    return new DataPlane(
      {
        now: () => surroundings.now(),
        send: (to, datagram) => this.#emit(to, datagram),
        raise: (event) => this.#later(event),
        deliver: (packet, peer) => {
          this.delivered.push({ ...packet, at: surroundings.now() });
          this.#packets.add(packet.id);
          surroundings.observers.delivered(this, packet, surroundings.place(this.peerName(peer)));
        },
        owner: (number) => this.#owner(number),
        sealed: (sealed, session) => surroundings.observers.sealed(this, sealed, session, surroundings.now()),
        opened: (message, session) => surroundings.observers.opened(this, message, session, surroundings.now()),
      },
      this.peers.length,
    );
  }

  #owner(number: number): PeerId | undefined {
    if (this.#owners.size === 0) for (const [id, name] of this.peers.entries()) this.#owners.set(this.surroundings.place(name).number, id);
    return this.#owners.get(number);
  }

  #makeNode(): Node {
    const random = this.random.fork("node");
    const { plane, surroundings, identity } = this;
    return new Node({
      suite: surroundings.suite,
      random: (length) => behindZeros(random.bytes(length)),
      identity: { privateKey: identity.privateKey.slice(), publicKey: identity.publicKey },
      network: this.options.network ?? OPEN_NETWORK,
      capabilities: this.options.capabilities ?? l3 | probe | control,
      rxMax: 1472,
      agent: `tunvpn/${this.name}`,
      innerMtu: this.options.innerMtu ?? 1420,
      traffic: (peer) => plane.traffic(peer),
      peers: this.#settings,
    });
  }
}

/** A view into a larger buffer, as small Buffers of Node.js are. */
function behindZeros(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.length + 8);
  larger.set(bytes, 8);
  return larger.subarray(8);
}
