import { describe, expect, it } from "vitest";
import { parseAddress } from "../../../src/base/address.js";
import { parsePrefix } from "../../../src/base/prefix.js";
import {
  decodeEndpoint,
  decodePeerStats,
  encodeDevice,
  encodeEndpoint,
  encodeRoutes,
  encodeSession,
  NO_ENDPOINT,
  offloadNames,
  peerStatsBytes,
} from "../../../src/shim/layouts.js";

function address(text: string) {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

function prefix(text: string) {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

describe("layouts of tv.h", () => {
  it.each(["192.0.2.7", "2001:db8::1", "fe80::1"])("endpoints there and back: %s", (text) => {
    const endpoint = { address: address(text), port: 51820, scope: text.startsWith("fe80") ? 3 : 0 };
    expect(decodeEndpoint(encodeEndpoint(endpoint))).toEqual(endpoint);
  });

  it("no endpoint is all zeros, and comes back as none", () => {
    expect(encodeEndpoint(undefined)).toEqual(new Uint8Array(24));
    expect(decodeEndpoint(NO_ENDPOINT)).toBeUndefined();
  });

  it("a device is eight words", () => {
    const bytes = encodeDevice({
      queues: 1,
      mtu: 2,
      interfaceIndex: 3,
      peersMax: 4,
      stagedMax: 5,
      stagedMaxPeer: 6,
      clockStep: 7,
      clockRest: 8,
    });
    expect([...new Uint32Array(bytes.buffer)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("a route says its family, length, owner and address; without an owner it is nobody's", () => {
    const bytes = encodeRoutes([
      { prefix: prefix("10.1.0.0/24"), peer: 5 },
      { prefix: prefix("fd00::/8"), peer: undefined },
    ]);
    expect(bytes).toHaveLength(48);
    expect([...bytes.subarray(0, 12)]).toEqual([4, 24, 0, 0, 5, 0, 0, 0, 10, 1, 0, 0]);
    expect([...bytes.subarray(24, 34)]).toEqual([6, 8, 0, 0, 255, 255, 255, 255, 0xfd, 0]);
  });

  it("a session stands at the offsets of the struct", () => {
    const bytes = encodeSession({
      index: 0xdeadbeef,
      remoteIndex: 2,
      peer: 3,
      capabilities: 29,
      rekeyOnData: true,
      promote: true,
      generation: 7,
      rekeyAt: 1.5,
      expiresAt: 2 ** 41,
      rekeyAfterMessages: 2 ** 48,
      rejectAfterMessages: 2 ** 52,
      sendSubkeys: new Uint8Array(192).fill(0xaa),
      receiveSubkeys: new Uint8Array(192).fill(0xbb),
    });
    const view = new DataView(bytes.buffer);
    expect(bytes).toHaveLength(456);
    expect([0, 4, 8, 12, 16, 20, 24, 28].map((offset) => view.getUint32(offset, true))).toEqual([0xdeadbeef, 2, 3, 29, 1, 1, 7, 0]);
    expect([32, 40].map((offset) => view.getBigInt64(offset, true))).toEqual([1500n, 2n ** 41n * 1000n]);
    expect([48, 56, 64].map((offset) => view.getBigUint64(offset, true))).toEqual([2n ** 48n, 2n ** 52n, 0n]);
    expect([bytes[71], bytes[72], bytes[263], bytes[264], bytes[455]]).toEqual([0, 0xaa, 0xaa, 0xbb, 0xbb]);
  });

  it("peer statistics: counts, times in milliseconds, drops by reason", () => {
    const bytes = new Uint8Array(peerStatsBytes(3));
    const view = new DataView(bytes.buffer);
    for (let word = 0; word < 11; word++) view.setBigUint64(8 * word, BigInt(1000 * (word + 1)), true);
    expect(decodePeerStats(bytes)).toEqual({
      rxBytes: 1000,
      txBytes: 2000,
      rxPackets: 3000,
      txPackets: 4000,
      receivedAt: 5,
      unansweredReceivedAt: 6,
      sentAt: 7,
      unansweredSentAt: 8,
      drops: [9000, 10000, 11000],
    });
  });

  it("offloads: one name a bit, and none for others", () => {
    expect([1, 2, 4, 8, 16].map(offloadNames)).toEqual([["csum"], ["tso"], ["uso"], ["gso"], ["gro"]]);
    expect(offloadNames(0xffff_ffff)).toEqual(["tso", "uso", "gso", "gro", "csum"]);
    expect(offloadNames(0xffff_ffe0)).toEqual([]);
  });
});
