import type { Random } from "../../src/crypto/suite.js";
import { OPEN_NETWORK } from "../../src/protocol/handshake/prologue.js";
import { Node } from "../../src/protocol/node.js";
import type { NodeSettings } from "../../src/protocol/node-settings.js";
import type { PeerSettings } from "../../src/protocol/peer.js";
import { CAPABILITY } from "../../src/protocol/wire/capabilities.js";
import { identityOf } from "./places.js";
import { Seeded } from "./seeded.js";
import { quickSuite } from "./suite.js";

const { l3, probe, control } = CAPABILITY;

/** A node without a data plane: nothing was ever sent or received. What is not told of a peer is absent. */
export function bareNode(
  peers: readonly (Pick<PeerSettings, "id" | "publicKey"> & Partial<PeerSettings>)[],
  random: Random = seededRandom(),
  self: Pick<NodeSettings, "suite" | "identity"> = { suite: quickSuite, identity: identityOf("a") },
): Node {
  return new Node({
    ...self,
    random,
    network: OPEN_NETWORK,
    capabilities: l3 | probe | control,
    rxMax: 1472,
    agent: "tunvpn/sim",
    innerMtu: 1420,
    traffic: () => ({ receivedAt: 0, sentAt: 0, unansweredReceivedAt: 0, unansweredSentAt: 0 }),
    peers: peers.map((peer) => ({ presharedKey: new Uint8Array(32), endpoint: undefined, persistentKeepalive: 0, ...peer })),
  });
}

function seededRandom(): Random {
  const random = new Seeded(1);
  return (length) => random.bytes(length);
}
