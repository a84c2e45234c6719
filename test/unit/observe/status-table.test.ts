import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { InterfaceStatus } from "../../../src/observe/status.js";
import { formatStatus } from "../../../src/observe/status-table.js";
import { COLOURED, PLAIN } from "../../../src/observe/style.js";
import { branch, DEPOT_KEY, depot, document, head, NO_ANSWER, NOW } from "./sample-status.js";

function table(width: number | undefined, ...interfaces: InterfaceStatus[]): string {
  return formatStatus(document(...interfaces), { now: NOW, width, style: PLAIN });
}

/** Lines of the table of peers. */
function rows(text: string): string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith("  NAME"));
  return lines.slice(start, start + 3);
}

function headings(text: string): string[] {
  return (rows(text)[0] ?? "").trim().split(/\s{2,}/);
}

describe("formatStatus", () => {
  it("shows the interface, its peers, why a link is missing, and what was dropped", () => {
    const text = table(undefined, head({ drops: { auth: 2, replay: 12 }, peers: [branch({ drops: { source: 1 } }), depot()] }));
    expect(text).toBe(
      `
head  tun  10.99.0.1/30, fd99::1/64  UDP port 51820  MTU 1420
  public key ehpOcJvwhaxJSroEabmx7aCrH3ixaqu3n/7akGI+hSI=
  agent 4711, tunvpn 0.1.0, 2 queues, box avx512, offloads tso uso
  84 B received in 1 packet, 2.00 KiB sent in 12 packets

  NAME    STATE        ENDPOINT             ALLOWED-IPS                                       HANDSHAKE     RTT  PATH-MTU        RX        TX
  branch  established  192.0.2.2:51820      10.99.0.2/32,10.1.0.0/24,10.2.0.0/24,10.3.0.0/24  1m 3s ago  0.4 ms      1500  1.21 KiB  3.00 KiB
  depot   unreachable  [2001:db8::1]:51820  (none)                                            never           -         -       0 B     148 B

  error NO_ANSWER: depot did not answer 3 handshakes at [2001:db8::1]:51820
    fix: check that tunvpn runs there

  dropped: 12 replay, 2 auth; from branch: 1 source
`.trim(),
    );
  });

  it("separates interfaces by a blank line, and leaves out what there is nothing to say about", () => {
    const other = head({ name: "lab", addresses: [], offloads: [], queues: 1, peers: [] });
    const quiet = head({ peers: [branch({ allowedIps: ["10.99.0.2/32"], pathMtu: null, rttMs: null, endpoint: null, lastHandshake: 0 })] });
    expect(table(undefined, other, quiet)).toBe(
      `
lab  tun  no address  UDP port 51820  MTU 1420
  public key ehpOcJvwhaxJSroEabmx7aCrH3ixaqu3n/7akGI+hSI=
  agent 4711, tunvpn 0.1.0, 1 queue, box avx512, no offloads
  84 B received in 1 packet, 2.00 KiB sent in 12 packets

  no peers

head  tun  10.99.0.1/30, fd99::1/64  UDP port 51820  MTU 1420
  public key ehpOcJvwhaxJSroEabmx7aCrH3ixaqu3n/7akGI+hSI=
  agent 4711, tunvpn 0.1.0, 2 queues, box avx512, offloads tso uso
  84 B received in 1 packet, 2.00 KiB sent in 12 packets

  NAME    STATE        ENDPOINT  ALLOWED-IPS   HANDSHAKE  RTT        RX        TX
  branch  established  -         10.99.0.2/32  never        -  1.21 KiB  3.00 KiB
`.trim(),
    );
  });

  it("warns of callers whom no peer is", () => {
    const stranger = { publicKey: DEPOT_KEY, endpoint: "198.51.100.9:40000", lastCall: 1_700_000_060 };
    const text = table(undefined, head({ strangers: [stranger], drops: { "unknown-peer": 3 }, peers: [branch()] }));
    expect(text.split("\n").slice(-5)).toEqual([
      "",
      `  warning UNKNOWN_CALLER: 198.51.100.9:40000 calls with the key ${DEPOT_KEY}, which no peer has`,
      expect.stringMatching(/^ {4}fix: add a \[Peer\]/),
      "",
      "  dropped: 3 unknown-peer",
    ]);
  });

  it("is empty without interfaces", () => {
    expect(table(80)).toBe("");
  });

  it.each(["idle", "handshaking", "established", "unreachable"] as const)("prints %s word for word", (state) => {
    const text = table(undefined, head({ peers: [branch({ state })] }));
    expect(text.split("\n").at(-1)).toMatch(new RegExp(`^ {2}branch {2}${state} `));
  });

  it("shortens lists of prefixes to what fits, and says how many it hides", () => {
    const wide = Math.max(...rows(table(undefined, head())).map((line) => line.length));
    expect(rows(table(wide, head()))[1]).toContain("10.99.0.2/32,10.1.0.0/24,10.2.0.0/24,10.3.0.0/24");
    expect(rows(table(wide - 1, head()))[1]).toContain("10.99.0.2/32,10.1.0.0/24,10.2.0.0/24 +1 ");
    expect(rows(table(wide - 30, head()))[1]).toContain("10.99.0.2/32 +3 ");
  });

  it("leaves out columns when a line would not fit even so, and never the state", () => {
    for (let width = 200; width > 55; width--) {
      for (const line of rows(table(width, head()))) expect(line.length).toBeLessThanOrEqual(width);
    }
    expect(headings(table(100, head()))).toEqual(["NAME", "STATE", "ENDPOINT", "ALLOWED-IPS", "HANDSHAKE", "RTT", "RX", "TX"]);
    expect(headings(table(1, head()))).toEqual(["NAME", "STATE", "ENDPOINT", "HANDSHAKE"]);
  });

  it("keeps its columns in line under names in wide letters", () => {
    const text = table(undefined, head({ peers: [branch({ name: "支店" }), branch({ name: "a\u0301b" }), branch()] }));
    const names = text.split("\n").slice(-3);
    expect(names.map((line) => line.slice(0, line.indexOf("established")))).toEqual(["  支店    ", "  a\u0301b      ", "  branch  "]);
  });

  it("calls a handshake in the agent's future one that has just been", () => {
    expect(table(undefined, head({ peers: [branch({ lastHandshake: Math.ceil(NOW) + 1 })] }))).toContain("  0s ago  ");
  });

  it("colours states and errors without changing a letter", () => {
    const view = { now: NOW, width: undefined };
    const coloured = formatStatus(document(head()), { ...view, style: COLOURED });
    expect(coloured).toContain(COLOURED.good("established"));
    expect(coloured).toContain(COLOURED.bad("unreachable"));
    expect(coloured).toContain(`${COLOURED.bad("error NO_ANSWER:")} ${NO_ANSWER.message}`);
    expect(stripVTControlCharacters(coloured)).toBe(table(undefined, head()));
  });
});
