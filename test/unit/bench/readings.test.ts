import { describe, expect, it } from "vitest";
import { readIperf3 } from "../../bench/readings/iperf3.js";
import { upSince } from "../../bench/readings/link-events.js";
import { readLookupTimes } from "../../bench/readings/lookup-times.js";
import { readProcessorSeconds, readResidentBytes } from "../../bench/readings/process-times.js";
import { readRoundTrips } from "../../bench/readings/round-trips.js";

describe("iperf3", () => {
  const sent = { seconds: 1, bytes: 9999, bits_per_second: 79_992 };
  const received = { seconds: 2, bytes: 1000, bits_per_second: 4000 };

  it("is read at the receiving side", () => {
    const json = JSON.stringify({ end: { sum: sent, sum_sent: sent, sum_received: received } });
    expect(readIperf3(json)).toEqual({ bytes: 1000, bitsPerSecond: 4000, seconds: 2 });
  });

  it("adds up both ways", () => {
    const back = { seconds: 3, bytes: 500, bits_per_second: 1000 };
    const json = JSON.stringify({ end: { sum_received: received, sum_sent_bidir_reverse: sent, sum_received_bidir_reverse: back } });
    expect(readIperf3(json)).toEqual({ bytes: 1500, bitsPerSecond: 5000, seconds: 3 });
  });

  it.each([
    ["its error", '{"end":{},"error":"unable to connect to server"}', "iperf3: unable to connect to server"],
    [
      "an error after a result",
      JSON.stringify({ end: { sum_received: received }, error: "control socket closed" }),
      "control socket closed",
    ],
    ["that nothing arrived", JSON.stringify({ end: { sum_received: { ...received, bytes: 0 } } }), "iperf3: nothing was received"],
    ["that there is no result", '{"end":{}}', "iperf3: nothing was received"],
    ["words that are no JSON", "bash: iperf3: command not found\n", "iperf3: bash: iperf3: command not found"],
    ["silence", "", "iperf3: no output"],
  ])("throws %s", (_, json, message) => {
    expect(() => readIperf3(json)).toThrow(message);
  });
});

it("pings are read one by one", () => {
  const output = [
    "PING 10.90.1.2 (10.90.1.2) 56(84) bytes of data.",
    "64 bytes from 10.90.1.2: icmp_seq=1 ttl=64 time=0.245 ms",
    "64 bytes from 10.90.1.2: icmp_seq=3 ttl=64 time=12 ms",
    "",
    "3 packets transmitted, 2 received, 33.3333% packet loss, time 31ms",
    "rtt min/avg/max/mdev = 0.245/6.122/12.000/5.877 ms",
  ];
  expect(readRoundTrips(output.join("\n"))).toEqual([0.245, 12]);
});

describe("a process", () => {
  const stat = (name: string) => `4711 (${name}) S 1 4711 4711 0 -1 4194560 9 8 7 6 250 75 3 2 20 0 11 0 900 1000 50`;

  it.each(["node", "a b", "x) R 1 2 3", "((("])("named %j took its user's and its system's time", (name) => {
    expect(readProcessorSeconds(stat(name))).toBe(3.25);
  });

  it("has resident memory", () => {
    expect(readResidentBytes("Name:\tnode\nVmHWM:\t   90000 kB\nVmRSS:\t   81920 kB\nRssAnon:\t 1 kB\n")).toBe(81_920 * 1024);
  });

  it("of the kernel has none", () => {
    expect(() => readResidentBytes("Name:\tkthreadd\nThreads:\t1\n")).toThrow("no memory");
  });
});

describe("an interface", () => {
  const down = "[2024-02-29T12:00:01.000000] 7: alone: <POINTOPOINT,MULTICAST,NOARP> mtu 1420 qdisc noop state DOWN";
  const other = "[2024-02-29T12:00:02.000000] 1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN";
  const lower = "[2024-02-29T12:00:02.500000] 7: alone: <POINTOPOINT,MULTICAST,NOARP,LOWER_UP> mtu 1420 qdisc noop state DOWN";
  const up = "[2024-02-29T12:00:03.250500] 7: alone: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1420 qdisc mq state UNKNOWN";
  const again = "[2024-02-29T12:00:04.000000] 7: alone: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1420 qdisc mq state UNKNOWN";

  it("is up since the first line that says so", () => {
    expect(upSince([down, other, lower, up, again].join("\n"), "alone")).toBeCloseTo(Date.UTC(2024, 1, 29, 12, 0, 3) + 250.5, 3);
  });

  it("is not up before", () => {
    expect(upSince([down, other, lower].join("\n"), "alone")).toBeUndefined();
  });
});

it("lookups are read as they wait for each other", () => {
  const output = [
    "IPv4 /24, anywhere           29972 prefixes:  18.1 ns,  36.5 ns one after the other; built in 3.1 ms",
    "IPv6 /48, anywhere           30000 prefixes:  40.0 ns, 105.2 ns one after the other; built in 9.0 ms",
  ];
  expect(readLookupTimes(output.join("\n"))).toEqual([36.5, 105.2]);
});
