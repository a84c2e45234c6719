import { describe, expect, it } from "vitest";
import { interfaceStatus, type StatusSources } from "../../../src/agent/interface-status.js";
import { encodeControl } from "../../../src/protocol/wire/control.js";
import { KIND } from "../../../src/protocol/wire/kinds.js";
import { currentOf, tell } from "../../sim/challenges.js";
import type { Site } from "../../sim/site.js";
import { connectedSites } from "../../sim/two-sites.js";
import type { World } from "../../sim/world.js";
import { PEER_PUBLIC, parse, withInterface } from "../config/sample.js";

/** The status of a simulated site with one peer, as its agent would tell it. */
function statusOf(world: World, { node }: Site) {
  const { config } = parse(`${withInterface("Address = 10.0.0.1/24")}\n[Peer]\nPublicKey = ${PEER_PUBLIC}\n`);
  const counters = { rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0, drops: [] };
  const device = {
    port: 1,
    offloads: [],
    dropNames: [],
    counters: () => counters,
    peersStats: () => [{ rxBytes: 0, txBytes: 0, drops: [] }],
  };
  const clock = () => ({ boot: world.now, real: 0 });
  return interfaceStatus({ config, node, device, clock, queues: 1, box: "sodium" } as unknown as StatusSources);
}

describe("an interface's status", () => {
  it("tells of a peer's program and MTU what it said, in letters that drive no terminal", () => {
    connectedSites({}, ({ world, a, b }) => {
      expect(statusOf(world, a).peers).toMatchObject([{ agent: "tunvpn/b", mtu: 1420 }]);
      const plaintext = encodeControl({ type: "hello", agent: "evil\u001b[2J\u009b1m\u202e", innerMtu: 9000 });
      tell(world, a, { type: "opened", index: currentOf(a), kind: KIND.control, plaintext, source: b.address });
      expect(statusOf(world, a).peers).toMatchObject([{ agent: "evil\\u{1b}[2J\\u{9b}1m\\u{202e}", mtu: 9000 }]);
    });
  });

  it("has none of it before the peer said so", () => {
    connectedSites({}, ({ world, a }) => {
      a.restart();
      expect(statusOf(world, a).peers).toMatchObject([{ agent: null, mtu: null, lastError: null }]);
    });
  });

  it("lists nobody who did not call", () => {
    connectedSites({}, ({ world, a }) => {
      expect(statusOf(world, a).strangers).toEqual([]);
    });
  });
});
