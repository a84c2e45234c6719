import { describe, expect, it } from "vitest";
import { formatShow } from "../../../src/observe/show.js";
import type { InterfaceStatus } from "../../../src/observe/status.js";
import { PLAIN } from "../../../src/observe/style.js";
import { BRANCH_KEY, branch, DEPOT_KEY, depot, document, head, NOW } from "./sample-status.js";

function show(...interfaces: InterfaceStatus[]): string {
  return formatShow(document(...interfaces), NOW, PLAIN);
}

/** The value of one line of a peer. */
function fact(label: string, changes: Parameters<typeof branch>[0]): string | undefined {
  const line = show(head({ peers: [branch(changes)] }))
    .split("\n")
    .find((text) => text.startsWith(`  ${label}: `));
  return line?.slice(label.length + 4);
}

describe("formatShow", () => {
  it("is laid out as wg show, with names", () => {
    expect(show(head({ name: "bare", listenPort: 0, fwMark: 0, peers: [] }), head({ peers: [depot(), branch()] }))).toBe(
      `
interface: bare
  public key: ehpOcJvwhaxJSroEabmx7aCrH3ixaqu3n/7akGI+hSI=
  private key: (hidden)

interface: head
  public key: ehpOcJvwhaxJSroEabmx7aCrH3ixaqu3n/7akGI+hSI=
  private key: (hidden)
  listening port: 51820
  fwmark: 0x6d

peer: ${BRANCH_KEY}
  name: branch
  preshared key: (hidden)
  endpoint: 192.0.2.2:51820
  allowed ips: 10.99.0.2/32, 10.1.0.0/24, 10.2.0.0/24, 10.3.0.0/24
  latest handshake: 1 minute, 3 seconds ago
  transfer: 1.21 KiB received, 3.00 KiB sent
  persistent keepalive: every 25 seconds

peer: ${DEPOT_KEY}
  name: depot
  endpoint: [2001:db8::1]:51820
  allowed ips: (none)
  transfer: 0 B received, 148 B sent
`.trim(),
    );
  });

  it("leaves out what there is not, as wg does", () => {
    const bare = branch({
      name: BRANCH_KEY.slice(0, 8),
      presharedKey: false,
      endpoint: null,
      lastHandshake: 0,
      rxBytes: 0,
      txBytes: 0,
      persistentKeepalive: 0,
      allowedIps: ["10.99.0.2/32"],
    });
    expect(show(head({ peers: [bare] })).split("\n\n")[1]).toBe(`peer: ${BRANCH_KEY}\n  allowed ips: 10.99.0.2/32`);
  });

  it("lists the latest handshake first, and otherwise keeps the order", () => {
    const names = ["never", "early", "late", "never too"];
    const times = [0, 10, 20, 0];
    const peers = names.map((name, i) => branch({ name, lastHandshake: times[i] ?? 0 }));
    expect([...show(head({ peers })).matchAll(/name: (.*)/g)].map(([, name]) => name)).toEqual(["late", "early", "never", "never too"]);
  });

  it.each([
    [0.4, "Now"],
    [1, "1 second ago"],
    [60, "1 minute ago"],
    [90_062, "1 day, 1 hour, 1 minute, 2 seconds ago"],
    [2 * 365 * 86_400 + 7200, "2 years, 2 hours ago"],
    [-1, "(System clock wound backward; connection problems may ensue.)"],
  ])("says of a handshake %d seconds ago: %s", (seconds, text) => {
    const ago = formatShow(document(head({ peers: [branch({ lastHandshake: 1_700_000_000 })] })), 1_700_000_000 + seconds, PLAIN);
    expect(ago).toContain(`\n  latest handshake: ${text}\n`);
  });

  it("writes intervals and amounts in wg's units", () => {
    expect(fact("persistent keepalive", { persistentKeepalive: 125 })).toBe("every 2 minutes, 5 seconds");
    expect(fact("transfer", { rxBytes: 1023, txBytes: 1_048_576 })).toBe("1023 B received, 1.00 MiB sent");
  });
});
