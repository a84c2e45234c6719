import { createSocket, type Socket } from "node:dgram";
import type { Endpoint } from "../../src/base/endpoint.js";
import { invariant } from "../../src/base/invariant.js";
import type { Now } from "../../src/base/time.js";
import { sodiumSuite } from "../../src/crypto/sodium.js";
import type { Effect, Input } from "../../src/protocol/effects.js";
import { OPEN_NETWORK } from "../../src/protocol/handshake/prologue.js";
import { REJECT_AFTER_MESSAGES, REKEY_AFTER_MESSAGES } from "../../src/protocol/limits.js";
import { Node } from "../../src/protocol/node.js";
import { CAPABILITY } from "../../src/protocol/wire/capabilities.js";
import { MESSAGE } from "../../src/protocol/wire/layouts.js";
import { isErrno } from "../../src/shim/errno.js";
import { EventRing, type ShimEvent } from "../../src/shim/event-ring.js";
import {
  decodeDeviceCounters,
  decodePeerStats,
  deviceCountersBytes,
  encodeDevice,
  encodeEndpoint,
  encodeRoutes,
  encodeSession,
  NO_ENDPOINT,
  peerStatsBytes,
} from "../../src/shim/layouts.js";
import { openShim } from "../../src/shim/library.js";
import { encodePacket } from "../sim/inner-packet.js";
import { identityOf } from "../sim/places.js";

/** Where `first_counter` stands in tv_session_config. */
export const FIRST_COUNTER_AT = 64;

const LOOPBACK = { family: 4, bytes: Uint8Array.of(127, 0, 0, 1) } as const;
const NO_CLOCK = { clockStep: 0, clockRest: 0 };

/**
 * A node on the data path in C, with one peer. The test pumps; the interface is a UDP socket, from which packets come and which takes
 * none, so that whatever reaches the host is counted as `device-full`.
 */
export class ShimSite {
  readonly endpoint: Endpoint;
  /** Of sessions to come. */
  firstCounter = 0;
  /** INITs that came, and how many more of them the node gets to see at once. */
  inits = 0;
  hears = Number.POSITIVE_INFINITY;
  #withheld: Input[] = [];
  readonly #shim = openShim();
  readonly #memory = EventRing.memory(65_536);
  readonly #ring = new EventRing(this.#memory);
  readonly #names = this.#shim.dropNames();
  readonly #device: number;
  readonly #interface: number;
  readonly #host: Socket = createSocket("udp4");
  #node: Node | undefined;

  /** @param number 1 or 2: its addresses are 10.0.NUMBER.0/24 */
  constructor(
    readonly name: string,
    readonly number: number,
  ) {
    const limits = { peersMax: 1, stagedMax: 64, stagedMaxPeer: 64 };
    this.#device = this.#shim.deviceNew(encodeDevice({ queues: 1, mtu: 1420, interfaceIndex: 0, ...limits, ...NO_CLOCK }));
    const udp = this.#shim.udpOpen(4, { port: 0, fwMark: 0, reusePort: false });
    this.endpoint = { address: LOOPBACK, port: this.#shim.udpPort(udp), scope: 0 };
    this.#interface = this.#shim.udpOpen(4, { port: 0, fwMark: 0, reusePort: false });
    this.#must(this.#shim.queueAttach(this.#device, 0, this.#interface, udp, -1));
    this.#must(this.#shim.peerAdd(this.#device, 0));
  }

  connect(other: ShimSite): void {
    const prefix = { address: { family: 4, bytes: Uint8Array.of(10, other.number >> 8, other.number & 255, 0) }, length: 24 } as const;
    this.#must(this.#shim.routesSet(this.#device, encodeRoutes([{ prefix, peer: 0 }]), 1));
    this.#node = new Node({
      suite: sodiumSuite(this.#shim),
      random: (length) => {
        const bytes = new Uint8Array(length);
        this.#shim.random(bytes);
        return bytes;
      },
      identity: identityOf(this.name),
      network: OPEN_NETWORK,
      capabilities: CAPABILITY.l3 | CAPABILITY.probe | CAPABILITY.control,
      rxMax: 9216,
      agent: "tunvpn/native",
      innerMtu: 1420,
      traffic: () => this.#stats(),
      peers: [
        {
          id: 0,
          publicKey: identityOf(other.name).publicKey,
          presharedKey: new Uint8Array(32),
          endpoint: { host: "127.0.0.1", port: other.endpoint.port },
          persistentKeepalive: 0,
        },
      ],
    });
    this.#carryOut(this.#node.start(this.#now()));
  }

  /** A packet from the host. Resolves when the interface holds it. */
  transmit(to: ShimSite, id: number): Promise<void> {
    const packet = encodePacket({ from: this.number, to: to.number, id });
    return new Promise((sent) => this.#host.send(packet, this.#shim.udpPort(this.#interface), "127.0.0.1", () => sent()));
  }

  /** Moves what waits, and lets the node act on it. */
  pump(): void {
    this.#must(this.#shim.wake(this.#device, 0));
    this.#must(this.#shim.pump(this.#device, 0, new Uint8Array(this.#memory)));
    for (const event of this.#ring.take(1000)) {
      const input = this.#inputOf(event);
      if (input !== undefined) this.input(input);
    }
  }

  /** Lets the node see INITs again, those first that were withheld. */
  hear(): void {
    this.hears = Number.POSITIVE_INFINITY;
    for (const input of this.#withheld.splice(0)) this.input(input);
  }

  input(input: Input): void {
    this.#carryOut(this.#theNode().handle(input, this.#now()));
  }

  get state(): string | undefined {
    return this.#theNode().link(0, this.#now().boot)?.state;
  }

  /** Packets that would have reached the host. */
  get delivered(): number {
    return this.drops("device-full");
  }

  drops(reason: string): number {
    const out = new Uint8Array(deviceCountersBytes(this.#names.length));
    this.#must(this.#shim.countersRead(this.#device, out));
    return decodeDeviceCounters(out).drops[this.#names.indexOf(reason)] ?? 0;
  }

  close(): void {
    this.#host.close();
    this.#shim.deviceStop(this.#device);
    this.#must(this.#shim.deviceFree(this.#device));
  }

  #inputOf({ type, index, kind, source, data }: ShimEvent): Input | undefined {
    if (type === "no-session" || type === "active") return { type, peer: 0 };
    if (type === "rekey") return { type, index };
    if (source === undefined) return undefined;
    if (type === "handshake") return this.#hear({ type: "message", datagram: data, source });
    if (type === "first-received") return { type, index, source };
    return type === "message" ? { type: "opened", index, kind, plaintext: data, source } : undefined;
  }

  #hear(message: Extract<Input, { type: "message" }>): Input | undefined {
    if (message.datagram[0] !== MESSAGE.init) return message;
    this.inits++;
    if (this.hears-- > 0) return message;
    this.#withheld.push(message);
    return undefined;
  }

  #carryOut(effects: readonly Effect[]): void {
    const [shim, device] = [this.#shim, this.#device];
    for (const effect of effects) {
      if (effect.type === "send") this.#must(shim.send(device, encodeEndpoint(effect.to), effect.datagram));
      if (effect.type === "install") this.#install(effect.session);
      if (effect.type === "use") this.#use(effect.index);
      if (effect.type === "remove") this.#must(shim.sessionRemove(device, effect.index));
      if (effect.type === "endpoint") this.#must(shim.peerEndpoint(device, 0, encodeEndpoint(effect.endpoint)));
      if (effect.type === "watch") this.#must(shim.peerWatch(device, 0));
      if (effect.type === "seal") shim.sessionSend(device, effect.index, effect.kind, effect.plaintext, NO_ENDPOINT);
    }
  }

  #install(session: Extract<Effect, { type: "install" }>["session"]): void {
    const limits = { rekeyAfterMessages: REKEY_AFTER_MESSAGES, rejectAfterMessages: REJECT_AFTER_MESSAGES };
    const layout = encodeSession({ ...session, ...limits });
    new DataView(layout.buffer).setBigUint64(FIRST_COUNTER_AT, BigInt(this.firstCounter), true);
    this.#must(this.#shim.sessionAdd(this.#device, layout));
  }

  #use(index: number): void {
    const result = this.#shim.sessionUse(this.#device, index, true);
    if (isErrno(result, "ETIME")) this.input({ type: "unusable", index });
    else this.#must(result);
  }

  #stats() {
    const out = new Uint8Array(peerStatsBytes(this.#names.length));
    this.#must(this.#shim.peersRead(this.#device, 0, 1, out));
    return decodePeerStats(out);
  }

  #theNode(): Node {
    invariant(this.#node !== undefined, "a site that is not connected");
    return this.#node;
  }

  #now(): Now {
    return { boot: this.#shim.boottimeMicros() / 1000, real: Date.now() };
  }

  #must(result: number): void {
    invariant(result >= 0, `the shim says ${result}`);
  }
}
