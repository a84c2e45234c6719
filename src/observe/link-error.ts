/** The words and the remedy for each reason why there is no link. */
import type { ErrorReport } from "../base/errors.js";
import type { Hint, Reason } from "../protocol/reasons.js";

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
    case "under-load":
      return {
        code: "PEER_UNDER_LOAD",
        message: `${peer} at ${reason.endpoint} has more handshakes to answer than it can`,
        fix: "none is needed here: the next tries prove this address. On that machine, `status` tells what it drops",
      };
    case "no-route":
    case "blocked":
    case "send-failed":
      return sendError(reason, peer);
    default:
      return suspicion(reason, peer);
  }
}

/** Somebody whom no peer is. */
export function unknownCaller({ publicKey, endpoint }: { readonly publicKey: string; readonly endpoint: string }): ErrorReport {
  return {
    code: "UNKNOWN_CALLER",
    message: `${endpoint} calls with the key ${publicKey}, which no peer has`,
    fix: "add a [Peer] with that PublicKey if it belongs here, or correct the PublicKey of the peer that it is meant to be",
  };
}

function sendError(reason: Extract<Reason, { error: string }>, peer: string): ErrorReport {
  const { endpoint, error } = reason;
  switch (reason.code) {
    case "no-route":
      return {
        code: "NO_ROUTE",
        message: `this machine has no route to ${peer} at ${endpoint} (${error})`,
        fix: "check with `ip route get` and that address; it is tried again as soon as there is one",
      };
    case "blocked":
      return {
        code: "BLOCKED_HERE",
        message: `this machine does not let packets out to ${peer} at ${endpoint} (${error})`,
        fix:
          error === "EPERM"
            ? "allow UDP to that address and port in the local firewall: look at `nft list ruleset` for the output hook"
            : "remove the route that prohibits it: look at `ip route get` and that address",
      };
    case "send-failed":
      return {
        code: "SEND_FAILED",
        message: `the kernel refuses to send to ${peer} at ${endpoint} (${error})`,
        fix: "check the route with `ip route get` and that address",
      };
  }
}

/** Nobody has proved what these go by. */
function suspicion(hint: Hint, peer: string): ErrorReport {
  const { endpoint } = hint;
  switch (hint.code) {
    case "call-for-another":
      return {
        code: "KEYS_DIFFER",
        message: `a call from ${endpoint}, where ${peer} is, was made for another key or network key than this node's`,
        fix: "compare PublicKey over there with this node's public key, which `status` shows, and NetworkKey on both sides",
      };
    case "other-network":
      return {
        code: "NETWORK_NAME_DIFFERS",
        message: `a call from ${endpoint}, where ${peer} is, was made in a network of another name`,
        fix: "compare NetworkName on both sides",
      };
    case "other-key":
      return {
        code: "PEER_KEY_DIFFERS",
        message: `${endpoint}, where ${peer} is, calls with the key ${hint.publicKey}, which is not that of ${peer}`,
        fix: "set PublicKey of this peer to that key, once `tunvpn pubkey` has shown over there that it is right",
      };
    case "other-version":
      return {
        code: "VERSION_DIFFERS",
        message: `${peer} at ${endpoint} speaks version ${hint.version} of the protocol, which is ${hint.newer ? "newer" : "older"} than this side's`,
        fix: `upgrade tunvpn ${hint.newer ? "here" : "over there"}`,
      };
  }
}
