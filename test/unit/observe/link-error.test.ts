import { describe, expect, it } from "vitest";
import { linkError } from "../../../src/observe/link-error.js";
import type { Reason } from "../../../src/protocol/reasons.js";

const ENDPOINT = "192.0.2.2:51820";

describe("linkError", () => {
  it.each<[Reason, string, string]>([
    [{ code: "no-endpoint" }, "NO_ENDPOINT", "branch"],
    [{ code: "unresolved", host: "vpn.example.com" }, "ENDPOINT_UNRESOLVED", "vpn.example.com of branch"],
    [{ code: "no-answer", endpoint: ENDPOINT, tries: 1 }, "NO_ANSWER", `branch did not answer 1 handshake at ${ENDPOINT}`],
    [{ code: "no-answer", endpoint: ENDPOINT, tries: 3 }, "NO_ANSWER", `branch did not answer 3 handshakes at ${ENDPOINT}`],
    [{ code: "refused-answer", endpoint: ENDPOINT }, "ANSWER_REFUSED", `branch from ${ENDPOINT}`],
    [{ code: "send-failed", endpoint: ENDPOINT, error: "EPERM" }, "SEND_FAILED", `branch at ${ENDPOINT} (EPERM)`],
  ])("says of %j %s: …%s…", (reason, code, message) => {
    const report = linkError(reason, "branch");
    expect(report.code).toBe(code);
    expect(report.message).toContain(message);
    expect(report.fix).not.toMatch(/^$|[.]$/);
  });

  it("knows where a refusal to send comes from", () => {
    const fix = (error: string) => linkError({ code: "send-failed", endpoint: ENDPOINT, error }, "branch").fix;
    expect(fix("EPERM")).toContain("nft list ruleset");
    expect(fix("ENETUNREACH")).toContain("ip route get");
  });
});
