import { describe, expect, it } from "vitest";
import { linkError, unknownCaller } from "../../../src/observe/link-error.js";
import type { Reason } from "../../../src/protocol/reasons.js";

const ENDPOINT = "192.0.2.2:51820";
const KEY = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

describe("linkError", () => {
  it.each<[Reason, string, string, string]>([
    [{ code: "no-endpoint" }, "NO_ENDPOINT", "branch", "Endpoint"],
    [{ code: "unresolved", host: "vpn.example.com" }, "ENDPOINT_UNRESOLVED", "vpn.example.com of branch", "getent ahosts vpn.example.com"],
    [{ code: "no-answer", endpoint: ENDPOINT, tries: 1 }, "NO_ANSWER", `branch did not answer 1 handshake at ${ENDPOINT}`, "NetworkKey"],
    [{ code: "no-answer", endpoint: ENDPOINT, tries: 3 }, "NO_ANSWER", `branch did not answer 3 handshakes at ${ENDPOINT}`, "public key"],
    [{ code: "refused-answer", endpoint: ENDPOINT }, "ANSWER_REFUSED", `branch from ${ENDPOINT}`, "PresharedKey"],
    [{ code: "under-load", endpoint: ENDPOINT }, "PEER_UNDER_LOAD", `branch at ${ENDPOINT}`, "status"],
    [{ code: "no-route", endpoint: ENDPOINT, error: "ENETUNREACH" }, "NO_ROUTE", `branch at ${ENDPOINT} (ENETUNREACH)`, "ip route get"],
    [{ code: "blocked", endpoint: ENDPOINT, error: "EPERM" }, "BLOCKED_HERE", `branch at ${ENDPOINT} (EPERM)`, "nft list ruleset"],
    [{ code: "blocked", endpoint: ENDPOINT, error: "EACCES" }, "BLOCKED_HERE", `branch at ${ENDPOINT} (EACCES)`, "route that prohibits"],
    [{ code: "send-failed", endpoint: ENDPOINT, error: "EINVAL" }, "SEND_FAILED", `branch at ${ENDPOINT} (EINVAL)`, "ip route get"],
    [{ code: "call-for-another", endpoint: ENDPOINT }, "KEYS_DIFFER", `from ${ENDPOINT}, where branch is`, "NetworkKey"],
    [{ code: "other-network", endpoint: ENDPOINT }, "NETWORK_NAME_DIFFERS", `from ${ENDPOINT}, where branch is`, "NetworkName"],
    [
      { code: "other-key", endpoint: ENDPOINT, publicKey: KEY },
      "PEER_KEY_DIFFERS",
      `${ENDPOINT}, where branch is, calls with the key ${KEY}`,
      "PublicKey",
    ],
    [
      { code: "other-version", endpoint: ENDPOINT, version: 2, newer: true },
      "VERSION_DIFFERS",
      `branch at ${ENDPOINT} speaks version 2 of the protocol, which is newer`,
      "upgrade tunvpn here",
    ],
    [
      { code: "other-version", endpoint: ENDPOINT, version: 0, newer: false },
      "VERSION_DIFFERS",
      "which is older",
      "upgrade tunvpn over there",
    ],
  ])("says of %j %s: …%s…, and …%s…", (reason, code, message, fix) => {
    const report = linkError(reason, "branch");
    expect(report.code).toBe(code);
    expect(report.message).toContain(message);
    expect(report.fix).toContain(fix);
    expect(report.fix).not.toMatch(/[.]$/);
  });
});

describe("unknownCaller", () => {
  it("tells the key and where it called from", () => {
    const { code, message, fix } = unknownCaller({ publicKey: KEY, endpoint: ENDPOINT });
    expect(code).toBe("UNKNOWN_CALLER");
    expect(message).toContain(`${ENDPOINT} calls with the key ${KEY}`);
    expect(fix).toContain("PublicKey");
  });
});
