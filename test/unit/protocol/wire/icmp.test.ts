import { describe, expect, it } from "vitest";
import { type IpAddress, parseAddress } from "../../../../src/base/address.js";
import { concat } from "../../../../src/base/bytes.js";
import { destinationUnreachable } from "../../../../src/protocol/wire/icmp.js";

function address(text: string): IpAddress {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const own4 = address("10.0.0.1");
const own6 = address("fd00::1");

function udp4(change: (packet: Uint8Array) => void = () => {}): Uint8Array {
  const packet = new Uint8Array(28);
  packet.set([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 9, 10, 9, 9, 9]);
  change(packet);
  return packet;
}

function udp6(change: (packet: Uint8Array) => void = () => {}): Uint8Array {
  const packet = new Uint8Array(48);
  packet.set([0x60, 0, 0, 0, 0, 8, 17, 64]);
  packet.set(address("fd00::9").bytes, 8);
  packet.set(address("fd00:9::9").bytes, 24);
  change(packet);
  return packet;
}

/** One's complement sum: all ones over bytes whose checksum is right. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < bytes.length; i += 2) total += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
  return total;
}

describe("destination unreachable", () => {
  it.each([
    ["no-peer", 0],
    ["no-endpoint", 1],
  ] as const)("over IPv4: %s is code %i", (cause, code) => {
    const answer = destinationUnreachable(udp4(), own4, cause) ?? new Uint8Array(0);
    expect([answer[9], answer[20], answer[21]]).toEqual([1, 3, code]);
    expect([...answer.subarray(12, 20)]).toEqual([10, 0, 0, 1, 10, 0, 0, 9]);
    expect(sum(answer.subarray(0, 20))).toBe(0xffff);
    expect(sum(answer.subarray(20))).toBe(0xffff);
    expect(answer.subarray(28)).toEqual(udp4());
  });

  it.each([
    ["no-peer", 0],
    ["no-endpoint", 3],
  ] as const)("over IPv6: %s is code %i", (cause, code) => {
    const answer = destinationUnreachable(udp6(), own6, cause) ?? new Uint8Array(0);
    expect([answer[6], answer[40], answer[41]]).toEqual([58, 1, code]);
    expect(answer.subarray(8, 24)).toEqual(own6.bytes);
    expect(answer.subarray(24, 40)).toEqual(address("fd00::9").bytes);
    const body = answer.subarray(40);
    expect(sum(concat(answer.subarray(8, 40), Uint8Array.of(0, 0, 0, body.length, 0, 0, 0, 58), body))).toBe(0xffff);
    expect(body.subarray(8)).toEqual(udp6());
  });

  it("quotes no more than 512 bytes", () => {
    const long = concat(udp4(), new Uint8Array(1000));
    expect(destinationUnreachable(long, own4, "no-peer")).toHaveLength(20 + 8 + 512);
  });

  it.each([
    ["a later fragment", udp4((p) => p.set([0, 1], 6)), own4],
    ["a multicast", udp4((p) => p.set([224], 16)), own4],
    [
      "an ICMP error",
      udp4((p) => {
        p[9] = 1;
        p[20] = 3;
      }),
      own4,
    ],
    ["too short a packet", udp4().subarray(0, 27), own4],
    [
      "a header that lies",
      udp4((p) => {
        p[0] = 0x44;
      }),
      own4,
    ],
    ["another family than ours", udp6(), own4],
    ["an IPv6 multicast", udp6((p) => p.set([0xff], 24)), own6],
    ["from an IPv6 multicast", udp6((p) => p.set([0xff], 8)), own6],
    [
      "an ICMPv6 error",
      udp6((p) => {
        p[6] = 58;
        p[40] = 1;
      }),
      own6,
    ],
    ["too short an IPv6 packet", udp6().subarray(0, 47), own6],
    ["nothing", new Uint8Array(0), own4],
  ])("does not answer %s", (_, packet, own) => {
    expect(destinationUnreachable(packet, own, "no-peer")).toBeUndefined();
  });

  it.each([
    [
      "an echo request",
      udp4((p) => {
        p[9] = 1;
        p[20] = 8;
      }),
      own4,
    ],
    [
      "an ICMPv6 echo request",
      udp6((p) => {
        p[6] = 58;
        p[40] = 128;
      }),
      own6,
    ],
    ["a first fragment", udp4((p) => p.set([0x20, 0], 6)), own4],
  ])("answers %s", (_, packet, own) => {
    expect(destinationUnreachable(packet, own, "no-peer")).toBeDefined();
  });
});
