import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TransportVector } from "../../scripts/vectors/transport.js";
import { fromHex, toHex } from "../../src/base/bytes.js";
import { referenceSuite } from "../../src/crypto/reference.js";
import { subkeys } from "../../src/protocol/handshake/session-keys.js";
import { REJECT_AFTER_MESSAGES } from "../../src/protocol/limits.js";
import { KIND } from "../../src/protocol/wire/kinds.js";
import { EventRing, type ShimEvent } from "../../src/shim/event-ring.js";
import { encodeDevice, encodeEndpoint, encodeSession, NO_ENDPOINT } from "../../src/shim/layouts.js";
import { openShim } from "../../src/shim/library.js";
import { load } from "../vectors/load.js";
import { FIRST_COUNTER_AT } from "./shim-site.js";

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
/** What the ring carries of a message. */
const MESSAGE_MAX = 1232;

const vectors = load<TransportVector[]>("transport");
/** The data path pads packets to 16 bytes within the MTU, and has no use for Ethernet frames. */
const sealable = vectors.filter(({ kind, plaintext }) => {
  const length = plaintext.length / 2;
  return kind >= KIND.probe || (kind <= KIND.ipPartial && (length % 16 === 0 || length === 1420) && length < 8900);
});
const openable = vectors.filter(({ kind, plaintext }) => kind >= KIND.probe && plaintext.length / 2 <= MESSAGE_MAX);

describe("the data path in C", () => {
  const shim = openShim();
  const memory = EventRing.memory(65_536);
  const ring = new EventRing(memory);
  let peer: Socket;
  let device: number;
  let port: number;

  beforeAll(async () => {
    peer = createSocket("udp4").bind(0, "127.0.0.1");
    await once(peer, "listening");
    device = shim.deviceNew(
      encodeDevice({ queues: 1, mtu: 1420, interfaceIndex: 0, peersMax: 1, stagedMax: 1, stagedMaxPeer: 1, clockStep: 0, clockRest: 0 }),
    );
    const udp = shim.udpOpen(4, { port: 0, fwMark: 0, reusePort: false });
    port = shim.udpPort(udp);
    // No packet leaves by the interface here: a socket that nobody writes to stands in for it.
    const tun = shim.udpOpen(4, { port: 0, fwMark: 0, reusePort: false });
    expect(shim.queueAttach(device, 0, tun, udp, -1)).toBe(0);
    expect(shim.peerAdd(device, 0)).toBe(0);
    expect(shim.peerEndpoint(device, 0, endpointOf(peer.address().port))).toBe(0);
  });

  afterEach(() => shim.sessionRemove(device, 7));
  afterAll(() => {
    peer.close();
    shim.deviceStop(device);
    expect(shim.deviceFree(device)).toBe(0);
  });

  function endpointOf(port: number): Uint8Array {
    return encodeEndpoint({ address: { family: 4, bytes: LOOPBACK }, port, scope: 0 });
  }

  /** One session for both directions under the vector's key. */
  function install({ key, sid, counter, receiverIndex }: TransportVector, index: number): void {
    const keys = subkeys(referenceSuite, fromHex(key), fromHex(sid));
    const layout = encodeSession({
      index,
      remoteIndex: receiverIndex,
      peer: 0,
      capabilities: 0x1f,
      rekeyOnData: false,
      promote: false,
      generation: 0,
      rekeyAt: 2 ** 42,
      expiresAt: 2 ** 42,
      rekeyAfterMessages: REJECT_AFTER_MESSAGES,
      rejectAfterMessages: REJECT_AFTER_MESSAGES,
      sendSubkeys: keys,
      receiveSubkeys: keys,
    });
    new DataView(layout.buffer).setBigUint64(FIRST_COUNTER_AT, BigInt(counter), true);
    expect(shim.sessionAdd(device, layout)).toBe(0);
  }

  it.each(sealable)("seals kind $kind, counter $counter", async (vector) => {
    install(vector, 7);
    const received = once(peer, "message");
    expect(shim.sessionSend(device, 7, vector.kind, fromHex(vector.plaintext), NO_ENDPOINT)).toBe(0);
    const [datagram] = (await received) as [Buffer];
    expect(toHex(datagram)).toBe(vector.datagram);
  });

  it.each(openable)("opens kind $kind, counter $counter", async (vector) => {
    install(vector, vector.receiverIndex);
    await new Promise((sent) => peer.send(fromHex(vector.datagram), port, "127.0.0.1", sent));
    const events: ShimEvent[] = [];
    for (let pumps = 0; pumps < 20 && !events.some(({ type }) => type === "message"); pumps++) {
      expect(shim.pump(device, 0, new Uint8Array(memory))).toBeGreaterThanOrEqual(0);
      events.push(...ring.take(100));
    }
    const message = events.find(({ type }) => type === "message");
    expect(message && { kind: message.kind, text: toHex(message.data) }).toEqual({ kind: vector.kind, text: vector.plaintext });
    shim.sessionRemove(device, vector.receiverIndex);
  });

  it("is tried on many of them", () => {
    expect(sealable.length).toBeGreaterThan(20);
    expect(openable.length).toBeGreaterThan(10);
  });
});
