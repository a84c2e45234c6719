import { describe, expect, it } from "vitest";
import { checkStatus, unknownStatus } from "../../../src/observe/status-check.js";
import type { PeerState } from "../../../src/protocol/reasons.js";
import { branch, depot, document, head, NO_ANSWER } from "./sample-status.js";

function withStates(...states: readonly PeerState[]) {
  return head({ peers: states.map((state) => branch({ state })) });
}

describe("checkStatus", () => {
  it.each<[string, readonly PeerState[], number]>([
    ["ok", ["established", "idle"], 0],
    ["ok", ["idle"], 0],
    ["ok", [], 0],
    ["warning", ["established", "handshaking"], 1],
    ["warning", ["idle", "unreachable", "unreachable"], 1],
    ["critical", ["unreachable"], 2],
    ["critical", ["handshaking", "unreachable"], 2],
  ])("is %s with peers that are %j", (health, states, exitCode) => {
    expect(checkStatus(document(withStates(...states)))).toMatchObject({ health, exitCode });
  });

  it("is as bad as the worst interface", () => {
    expect(checkStatus(document(withStates("established"), withStates("idle", "unreachable"))).health).toBe("warning");
    expect(checkStatus(document(withStates("unreachable"), withStates("idle", "unreachable"))).health).toBe("critical");
  });

  it("cannot tell when no interface is up", () => {
    expect(checkStatus(document())).toEqual({ health: "unknown", exitCode: 3, line: "TUNVPN UNKNOWN - no interface is up" });
  });

  it("names who is in trouble, and counts the states", () => {
    const peers = [branch(), depot({ lastError: NO_ANSWER }), depot({ name: "a|b", state: "handshaking", lastError: null })];
    expect(checkStatus(document(head({ peers }), head({ name: "lab", peers: [] }))).line).toBe(
      "TUNVPN WARNING - head: 1 of 3 peers usable, depot unreachable (NO_ANSWER), a/b handshaking; lab: no peers" +
        " | 'head established'=1 'head idle'=0 'head handshaking'=1 'head unreachable'=1" +
        " 'lab established'=0 'lab idle'=0 'lab handshaking'=0 'lab unreachable'=0",
    );
    expect(checkStatus(document(withStates("idle"))).line).toContain("head: 1 of 1 peer usable |");
  });
});

describe("unknownStatus", () => {
  it("stays on one line, before any counts", () => {
    expect(unknownStatus("no agent\nfor a|b").line).toBe("TUNVPN UNKNOWN - no agent for a b");
  });
});
