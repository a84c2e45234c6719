import { type Endpoint, formatEndpoint, parseConfiguredEndpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import type { BootMillis, Millis, Now } from "../../src/base/time.js";
import type { CryptoSuite } from "../../src/crypto/suite.js";
import type { Effect, Input, Notice, PeerId } from "../../src/protocol/effects.js";
import type { KeyPair } from "../../src/protocol/handshake/initiator.js";
import { type Network, OPEN_NETWORK } from "../../src/protocol/handshake/prologue.js";
import { Node } from "../../src/protocol/node.js";
import type { PeerLink, PeerSettings } from "../../src/protocol/peer.js";
import type { Reason, Stranger } from "../../src/protocol/reasons.js";
import { CAPABILITY } from "../../src/protocol/wire/capabilities.js";
import { DataPlane } from "./data-plane.js";
import type { Sealed } from "./data-session.js";
import { encodePacket, type InnerPacket } from "./inner-packet.js";
import type { Seeded } from "./seeded.js";

export interface PeerOptions {
  /** An endpoint's text, a name's, or "none". The other site's first address unless told. */
  readonly endpoint?: string;
  readonly presharedKey?: Uint8Array;
  readonly persistentKeepalive?: Millis;
  /** Another key than the other site has. */
  readonly publicKey?: Uint8Array;
}

export interface SiteOptions {
  /** By the name of the other site. */
  readonly peers: Readonly<Record<string, PeerOptions>>;
  readonly network?: Network;
  readonly capabilities?: number;
  /** 1420 unless told. */
  readonly innerMtu?: number;
}

/** A site as the others can know it. */
export interface SitePlace {
  readonly name: string;
  /** 1–254: its allowed-ips are 10.NUMBER.0.0/16. */
  readonly number: number;
  readonly identity: KeyPair;
  readonly address: Endpoint;
}

/** What a site needs of its world. */
export interface SiteSurroundings {
  readonly suite: CryptoSuite;
  now(): Now;
  place(name: string): SitePlace;
  send(from: Endpoint, to: Endpoint, datagram: Uint8Array): void;
  /** Runs something once the node is not at work. */
  soon(act: () => void): void;
  resolve(host: string, port: number, answer: (endpoints: readonly Endpoint[]) => void): void;
  nextPacket(): number;
  onSealed(site: Site, sealed: Sealed): void;
  onDelivered(site: Site, packet: InnerPacket, from: SitePlace): void;
  /** Before an effect is carried out. */
  onEffect(site: Site, effect: Effect): void;
}

const { l3, probe, control } = CAPABILITY;
const NO_PRESHARED_KEY = new Uint8Array(32);

/** A node on a data plane, with an address. */
export class Site implements SitePlace {
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
  /** Makes the kernel refuse to send to an endpoint. */
  refuses: ((to: Endpoint) => string | undefined) | undefined;
  readonly #peers: readonly string[];

  constructor(
    readonly name: string,
    readonly number: number,
    readonly identity: KeyPair,
    readonly options: SiteOptions,
    private readonly random: Seeded,
    private readonly surroundings: SiteSurroundings,
  ) {
    this.address = surroundings.place(name).address;
    this.#peers = Object.keys(options.peers);
    this.plane = this.#makePlane();
    this.node = this.#makeNode();
  }

  start(): void {
    this.running = true;
    this.carryOut(this.node.start(this.surroundings.now()));
  }

  /** Forgets everything, without a word to anyone. */
  stop(): void {
    this.running = false;
    this.plane = this.#makePlane();
    this.node = this.#makeNode();
  }

  /** Says goodbye, and forgets everything. */
  down(): void {
    this.carryOut(this.node.farewell(this.surroundings.now()));
    this.stop();
  }

  restart(): void {
    this.stop();
    this.start();
  }

  /** Sends a packet into the tunnel. @returns its number */
  transmit(to: string, length?: number): number {
    const id = this.surroundings.nextPacket();
    const other = this.surroundings.place(to).number;
    this.plane.transmit(other, encodePacket({ from: this.number, to: other, id }, length));
    return id;
  }

  has(id: number): boolean {
    return this.delivered.some((packet) => packet.id === id);
  }

  peerId(name: string): PeerId {
    const id = this.#peers.indexOf(name);
    invariant(id >= 0, `${this.name} has no peer ${name}`);
    return id;
  }

  link(name: string): PeerLink {
    const link = this.node.link(this.peerId(name), this.surroundings.now().boot);
    invariant(link !== undefined, `no link to ${name}`);
    return link;
  }

  /** Where its packets to a peer go. */
  endpointOf(name: string): string | undefined {
    const { endpoint } = this.link(name);
    return endpoint && formatEndpoint(endpoint);
  }

  input(input: Input): void {
    this.carryOut(this.node.handle(input, this.surroundings.now()));
  }

  handleDeadline(): void {
    this.wakes++;
    this.carryOut(this.node.handleDeadline(this.surroundings.now()));
  }

  receive(datagram: Uint8Array, source: Endpoint): void {
    this.plane.receive(datagram, source);
  }

  carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.surroundings.onEffect(this, effect);
      switch (effect.type) {
        case "send":
          this.#send(effect);
          break;
        case "resolve":
          this.#resolve(effect.peer);
          break;
        case "trouble":
          this.troubles.push({ at: this.surroundings.now().boot, reason: effect.reason });
          break;
        case "stranger":
          this.strangers.push(effect.stranger);
          break;
        case "notice":
          this.notices.push({ at: this.surroundings.now().boot, notice: effect.notice });
          break;
        default:
          this.plane.carryOut(effect);
      }
    }
  }

  #send({ peer, to, datagram }: Extract<Effect, { type: "send" }>): void {
    const error = this.refuses?.(to);
    if (error === undefined) this.surroundings.send(this.address, to, datagram);
    else this.#later({ type: "send-failed", peer, to, error });
  }

  #resolve(peer: PeerId): void {
    const configured = this.#settings()[peer]?.endpoint;
    invariant(configured !== undefined, "resolves a peer without an endpoint");
    this.surroundings.resolve(configured.host, configured.port, (endpoints) => this.#later({ type: "resolved", peer, endpoints }));
  }

  /** Passes something to the node, unless it is another one by then. */
  #later(input: Input): void {
    const { node } = this;
    this.surroundings.soon(() => {
      if (this.node === node && this.running) this.input(input);
    });
  }

  #makePlane(): DataPlane {
    const { surroundings } = this;
    return new DataPlane(
      {
        now: () => surroundings.now().boot,
        send: (to, datagram) => surroundings.send(this.address, to, datagram),
        raise: (event) => this.#later(event),
        deliver: (packet, peer) => {
          this.delivered.push({ ...packet, at: surroundings.now().boot });
          surroundings.onDelivered(this, packet, surroundings.place(this.#peers[peer] ?? ""));
        },
        owner: (number) => {
          const id = this.#peers.findIndex((name) => surroundings.place(name).number === number);
          return id === -1 ? undefined : id;
        },
        sealed: (sealed) => surroundings.onSealed(this, sealed),
      },
      this.#peers.length,
    );
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
      peers: this.#settings(),
    });
  }

  #settings(): PeerSettings[] {
    return this.#peers.map((name, id) => {
      const options = this.options.peers[name] ?? {};
      const place = this.surroundings.place(name);
      const endpoint = options.endpoint ?? formatEndpoint(place.address);
      return {
        id,
        publicKey: options.publicKey ?? place.identity.publicKey,
        presharedKey: options.presharedKey ?? NO_PRESHARED_KEY,
        endpoint: parseConfiguredEndpoint(endpoint),
        persistentKeepalive: options.persistentKeepalive ?? 0,
      };
    });
  }
}

/** A view into a larger buffer, as small Buffers of Node.js are. */
function behindZeros(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.length + 8);
  larger.set(bytes, 8);
  return larger.subarray(8);
}
