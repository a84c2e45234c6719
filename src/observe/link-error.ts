/** The words and the remedy for each reason why there is no link. */
import type { ErrorReport } from "../base/errors.js";
import type { Reason } from "../protocol/reasons.js";

/** @param peer its name */
export function linkError(reason: Reason, peer: string): ErrorReport {
  switch (reason.code) {
    case "no-endpoint":
      return {
        code: "NO_ENDPOINT",
        message: `no address is known for ${peer}`,
        fix: "set Endpoint for this peer, or let the other side call first",
      };
    case "unresolved":
      return {
        code: "ENDPOINT_UNRESOLVED",
        message: `the endpoint name ${reason.host} of ${peer} does not resolve`,
        fix: `check the name with \`getent ahosts ${reason.host}\`; it is tried again by itself`,
      };
    case "no-answer":
      return {
        code: "NO_ANSWER",
        message: `${peer} did not answer ${reason.tries} ${reason.tries === 1 ? "handshake" : "handshakes"} at ${reason.endpoint}`,
        fix: "check that tunvpn runs there, that UDP reaches that address and port, and that each side has the other's public key, NetworkName and NetworkKey",
      };
    case "refused-answer":
      return {
        code: "ANSWER_REFUSED",
        message: `the answer of ${peer} from ${reason.endpoint} does not authenticate`,
        fix: "compare PresharedKey on both sides",
      };
    case "send-failed":
      return {
        code: "SEND_FAILED",
        message: `the kernel refuses to send to ${peer} at ${reason.endpoint} (${reason.error})`,
        fix: SEND_FIXES[reason.error] ?? `check the route with \`ip route get\` for that address`,
      };
  }
}

const SEND_FIXES: Readonly<Record<string, string>> = {
  EPERM: "a local firewall drops it: look at `nft list ruleset` for the output hook",
  EACCES: "a local firewall or a prohibit route drops it: look at `nft list ruleset` and `ip route`",
};
