import type { InterfaceStatus, PeerStatus, StatusDocument } from "../../../src/observe/status.js";

/** Epoch seconds at which the samples are looked at. */
export const NOW = 1_700_000_063.4;

export const OWN_KEY = "ehpOcJvwhaxJSroEabmx7aCrH3ixaqu3n/7akGI+hSI=";
export const BRANCH_KEY = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
export const DEPOT_KEY = "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=";

export const NO_ANSWER = {
  code: "NO_ANSWER",
  message: "depot did not answer 3 handshakes at [2001:db8::1]:51820",
  fix: "check that tunvpn runs there",
};

/** A peer that is established. */
export function branch(changes: Partial<PeerStatus> = {}): PeerStatus {
  return {
    name: "branch",
    publicKey: BRANCH_KEY,
    presharedKey: true,
    endpoint: "192.0.2.2:51820",
    allowedIps: ["10.99.0.2/32", "10.1.0.0/24", "10.2.0.0/24", "10.3.0.0/24"],
    persistentKeepalive: 25,
    state: "established",
    lastHandshake: 1_700_000_000,
    rxBytes: 1239,
    txBytes: 3072,
    rttMs: 0.42,
    pathMtu: 1500,
    agent: "tunvpn/0.1.0",
    mtu: 1420,
    drops: {},
    lastError: null,
    ...changes,
  };
}

/** A peer that does not answer, and has nothing that is optional. */
export function depot(changes: Partial<PeerStatus> = {}): PeerStatus {
  return {
    name: "depot",
    publicKey: DEPOT_KEY,
    presharedKey: false,
    endpoint: "[2001:db8::1]:51820",
    allowedIps: [],
    persistentKeepalive: 0,
    state: "unreachable",
    lastHandshake: 0,
    rxBytes: 0,
    txBytes: 148,
    rttMs: null,
    pathMtu: null,
    agent: null,
    mtu: null,
    drops: {},
    lastError: NO_ANSWER,
    ...changes,
  };
}

export function head(changes: Partial<InterfaceStatus> = {}): InterfaceStatus {
  return {
    name: "head",
    mode: "tun",
    publicKey: OWN_KEY,
    listenPort: 51820,
    fwMark: 0x6d,
    mtu: 1420,
    addresses: ["10.99.0.1/30", "fd99::1/64"],
    pid: 4711,
    agentVersion: "0.1.0",
    queues: 2,
    box: "avx512",
    offloads: ["tso", "uso"],
    rxBytes: 84,
    txBytes: 2048,
    rxPackets: 1,
    txPackets: 12,
    drops: {},
    peers: [branch(), depot()],
    ...changes,
  };
}

export function document(...interfaces: readonly InterfaceStatus[]): StatusDocument {
  return { version: 1, interfaces };
}
