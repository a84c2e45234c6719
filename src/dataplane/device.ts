/**
 * A device: one interface, its sockets, the threads that move its packets, and the tables that tell them how.
 *
 * Everything here runs on the control thread and works on the tables while the threads pump.
 */
import { Worker } from "node:worker_threads";
import { wipe } from "../base/bytes.js";
import type { Endpoint } from "../base/endpoint.js";
import { invariant } from "../base/invariant.js";
import type { Millis } from "../base/time.js";
import { errnoName, isErrno } from "../shim/errno.js";
import { EventRing, type ShimEvent } from "../shim/event-ring.js";
import {
  type DeviceCounters,
  decodeDeviceCounters,
  decodePeerStats,
  deviceCountersBytes,
  encodeDevice,
  encodeEndpoint,
  encodeRoutes,
  encodeSession,
  NO_ENDPOINT,
  offloadNames,
  type PeerStats,
  peerStatsBytes,
  type RouteLayout,
  type SessionLayout,
} from "../shim/layouts.js";
import type { Shim } from "../shim/library.js";
import { openInterface, openSockets } from "./sockets.js";
import type { WorkerReport, WorkerTask } from "./worker.js";

/** Room for about a thousand events a queue. */
const RING_BYTES = 1 << 18;
/** Statistics taken with one call into C: 60 KB of them. */
const PEERS_PER_READ = 256;
/** Events handled before the control thread turns to its other work. */
const EVENTS_PER_TURN = 64;

export interface DeviceRequest {
  readonly name: string;
  readonly mtu: number;
  readonly queues: number;
  /** 0: any. */
  readonly listenPort: number;
  /** 0: none. */
  readonly fwMark: number;
  /** Peer ids are below it. */
  readonly peersMax: number;
  readonly stagedMax: number;
  readonly stagedMaxPeer: number;
  /** How far the clock is set for keys to end, and how long not again. */
  readonly clockStep: Millis;
  readonly clockRest: Millis;
}

export interface DeviceListener {
  onEvent(event: ShimEvent): void;
  /** The interface is gone, or a thread failed. */
  onFailure(reason: string): void;
}

interface Queue {
  readonly ring: EventRing;
  /** The end of its thread, which may come before anybody closes the device. */
  readonly ended: Promise<void>;
}

export class Device {
  readonly port: number;
  readonly interfaceIndex: number;
  readonly dropNames: readonly string[];
  /** What the kernel does for it: tso, uso, gso, gro, csum. */
  readonly offloads: readonly string[];
  /** Why it is not told when the host's addresses and routes change. */
  readonly unwatched: string | undefined;
  readonly #shim: Shim;
  readonly #handle: number;
  readonly #rings: readonly SharedArrayBuffer[];
  #queues: Queue[] = [];
  #closing = false;

  /** Makes the interface and binds the sockets. @throws OperatorError, with nothing left behind */
  static open(shim: Shim, request: DeviceRequest): Device {
    const tuns = openInterface(shim, request);
    try {
      const sockets = openSockets(shim, { port: request.listenPort, fwMark: request.fwMark, queues: request.queues });
      return new Device(shim, request, tuns, sockets);
    } catch (error) {
      for (const tun of tuns) shim.close(tun);
      throw error;
    }
  }

  private constructor(shim: Shim, request: DeviceRequest, tuns: readonly number[], sockets: ReturnType<typeof openSockets>) {
    this.#shim = shim;
    this.port = sockets.port;
    this.dropNames = shim.dropNames();
    this.interfaceIndex = shim.interfaceIndex(request.name);
    this.#handle = shim.deviceNew(encodeDevice({ ...request, interfaceIndex: this.interfaceIndex }));
    invariant(this.#handle >= 0, `tv_device_new: ${errnoName(this.#handle)}`);
    tuns.forEach((tun, queue) => {
      this.#must(shim.queueAttach(this.#handle, queue, tun, sockets.udp4[queue] ?? -1, sockets.udp6[queue] ?? -1), "tv_queue_attach");
    });
    this.offloads = offloadNames(shim.offloads(this.#handle));
    const watched = shim.hostWatch(this.#handle);
    this.unwatched = watched < 0 ? errnoName(watched) : undefined;
    this.#rings = tuns.map(() => EventRing.memory(RING_BYTES));
  }

  /** Starts the threads. Packets flow from here on. */
  start(listener: DeviceListener): void {
    this.#queues = this.#rings.map((ring, queue) => {
      const workerData: WorkerTask = { device: this.#handle, queue, ring };
      const worker = new Worker(new URL("../dataplane/worker.js", import.meta.url), { workerData, name: `tunvpn-queue-${queue}` });
      const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      const started: Queue = { ring: new EventRing(ring), ended };
      worker.on("message", (report: WorkerReport) => this.#onReport(started, report, listener));
      worker.on("error", (error) => listener.onFailure(`a read loop failed: ${error.message}`));
      return started;
    });
  }

  /** Stops the threads, closes the descriptors (the interface goes with them) and wipes the keys. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#shim.deviceStop(this.#handle);
    await Promise.all(this.#queues.map(({ ended }) => ended));
    this.#must(this.#shim.deviceFree(this.#handle), "tv_device_free");
  }

  addPeer(peer: number): void {
    this.#must(this.#shim.peerAdd(this.#handle, peer), "tv_peer_add");
  }

  setEndpoint(peer: number, endpoint: Endpoint): void {
    this.#must(this.#shim.peerEndpoint(this.#handle, peer, encodeEndpoint(endpoint)), "tv_peer_endpoint");
  }

  watch(peer: number): void {
    this.#must(this.#shim.peerWatch(this.#handle, peer), "tv_peer_watch");
  }

  discardStaged(peer: number): void {
    this.#must(this.#shim.peerDiscard(this.#handle, peer), "tv_peer_discard");
  }

  /** Receives under a session from now on. Its subkeys are wiped. */
  addSession(session: SessionLayout): void {
    const layout = encodeSession(session);
    this.#must(this.#shim.sessionAdd(this.#handle, layout), "tv_session_add");
    wipe(layout, session.sendSubkeys, session.receiveSubkeys);
  }

  /** Sends under a session from now on: what is staged, else an empty packet. @returns false, with nothing changed, when it may not send */
  useSession(index: number): boolean {
    const result = this.#shim.sessionUse(this.#handle, index, true);
    if (isErrno(result, "ETIME")) return false;
    this.#must(result, "tv_session_use");
    return true;
  }

  removeSession(index: number): void {
    this.#must(this.#shim.sessionRemove(this.#handle, index), "tv_session_remove");
  }

  /** Seals and sends one message; without `to`, to the peer's endpoint. @returns the kernel's error, when it refused */
  seal(index: number, kind: number, plaintext: Uint8Array, to: Endpoint | undefined): string | undefined {
    const result = this.#shim.sessionSend(this.#handle, index, kind, plaintext, to ? encodeEndpoint(to) : NO_ENDPOINT);
    return result < 0 ? errnoName(result) : undefined;
  }

  /** Sends a handshake message. @returns the kernel's error, when it refused */
  send(to: Endpoint, datagram: Uint8Array): string | undefined {
    const result = this.#shim.send(this.#handle, encodeEndpoint(to), datagram);
    return result < 0 ? errnoName(result) : undefined;
  }

  /** Hands a packet to this host. It is lost when the interface is down or full, as any packet may be. */
  deliver(packet: Uint8Array): void {
    this.#shim.deviceWrite(this.#handle, packet);
  }

  /** Replaces the whole table. */
  setRoutes(routes: readonly RouteLayout[]): void {
    this.#must(this.#shim.routesSet(this.#handle, encodeRoutes(routes), routes.length), "tv_routes_set");
  }

  peerStats(peer: number): PeerStats {
    const [stats] = this.#readPeers(peer, 1);
    invariant(stats !== undefined, "the statistics of one peer");
    return stats;
  }

  /** Of the peers below that id, by their ids. */
  peersStats(count: number): PeerStats[] {
    const firsts = Array.from({ length: Math.ceil(count / PEERS_PER_READ) }, (_, i) => i * PEERS_PER_READ);
    return firsts.flatMap((first) => this.#readPeers(first, Math.min(PEERS_PER_READ, count - first)));
  }

  #readPeers(first: number, count: number): PeerStats[] {
    const size = peerStatsBytes(this.dropNames.length);
    const out = new Uint8Array(size * count);
    this.#must(this.#shim.peersRead(this.#handle, first, count, out), "tv_peers_read");
    return Array.from({ length: count }, (_, i) => decodePeerStats(out.subarray(i * size, (i + 1) * size)));
  }

  counters(): DeviceCounters {
    const out = new Uint8Array(deviceCountersBytes(this.dropNames.length));
    this.#must(this.#shim.countersRead(this.#handle, out), "tv_counters_read");
    return decodeDeviceCounters(out);
  }

  #onReport(queue: Queue, report: WorkerReport, listener: DeviceListener): void {
    if (report.type === "events") return this.#drain(queue.ring, listener);
    if (this.#closing) return;
    const gone = isErrno(report.result, "ENODEV");
    listener.onFailure(gone ? "the interface was removed" : `a read loop ended (${errnoName(report.result)})`);
  }

  /** Handles a bounded number of events, then lets timers and requests have their turn. */
  #drain(ring: EventRing, listener: DeviceListener): void {
    if (this.#closing) return;
    for (const event of ring.take(EVENTS_PER_TURN)) listener.onEvent(event);
    if (!ring.isEmpty) setImmediate(() => this.#drain(ring, listener));
  }

  #must(result: number, what: string): void {
    invariant(result >= 0, `${what}: ${errnoName(result)}`);
  }
}
