import { operatorError } from "../base/errors.js";

/** The catalogue of the host network room. */

export const addressInUse = operatorError<{ address: string; device: string; name: string }>(
  "ADDRESS_IN_USE",
  ({ address, device, name }) => `cannot give ${address} to ${name}: ${device} has it`,
  ({ address, device }) => `choose another Address, or remove the other one: ip addr del ${address} dev ${device}`,
);

export const routeTaken = operatorError<{ network: string; name: string; because: string; fix: string }>(
  "ROUTE_TAKEN",
  ({ network, name, because }) => `cannot route ${network} into ${name}: ${because}`,
  ({ fix }) => fix,
);

export const endpointInTunnel = operatorError<{ endpoint: string; network: string; name: string; detour: string }>(
  "ENDPOINT_IN_TUNNEL",
  ({ endpoint, network, name }) =>
    `the endpoint ${endpoint} lies in ${network}, which is routed into ${name}: the tunnel's own packets would go into the tunnel`,
  ({ detour }) => `leave the endpoint out of AllowedIPs, or give it a route of its own first: ${detour}`,
);

export const ipv6Disabled = operatorError<{ name: string; sysctl: string }>(
  "IPV6_DISABLED",
  ({ name }) => `${name} cannot have IPv6 addresses or routes: IPv6 is disabled on it`,
  ({ sysctl }) => `sysctl -w ${sysctl}=0 and start again, or leave the IPv6 addresses and prefixes out of the file`,
);

export const linkMissing = operatorError<{ name: string }>(
  "LINK_MISSING",
  ({ name }) => `there is no interface ${name}`,
  () => "start the tunnel again: its interface was removed by someone else",
);

export const netAdminDenied = operatorError<{ command: string }>(
  "NET_ADMIN_DENIED",
  ({ command }) => `${command}: operation not permitted`,
  () => "run as root, or grant CAP_NET_ADMIN",
);

export const iproute2Missing = operatorError<Record<string, never>>(
  "IPROUTE2_MISSING",
  () => "the program ip is not there",
  () => "install iproute2",
);

export const ipCommandFailed = operatorError<{ command: string; words: string }>(
  "IP_COMMAND_FAILED",
  ({ command, words }) => `${command}: ${words}`,
  ({ command }) => `see what is in the way, then start again: ${command}`,
);

export const ipOutputUnreadable = operatorError<{ command: string; words: string }>(
  "IP_OUTPUT_UNREADABLE",
  ({ command, words }) => `${command} answered what cannot be read: ${words}`,
  () => "install iproute2 5.0 or newer (BusyBox's ip knows no -j)",
);

export const hostStateUnverified = operatorError<{ name: string; missing: string }>(
  "HOST_STATE_UNVERIFIED",
  ({ name, missing }) => `the kernel took the changes for ${name}, yet reading back shows still to do: ${missing}`,
  ({ name }) => `find the program that also configures ${name} (NetworkManager, systemd-networkd) and tell it to leave ${name} alone`,
);

export const undoIncomplete = operatorError<{ name: string; left: string }>(
  "UNDO_INCOMPLETE",
  ({ name, left }) => `not everything done for ${name} could be undone; still to do: ${left}`,
  ({ name }) => `tunvpn down ${name}`,
);

export const journalExists = operatorError<{ name: string; path: string }>(
  "JOURNAL_EXISTS",
  ({ name, path }) => `an earlier run of ${name} left its undo journal ${path}`,
  ({ name }) => `tunvpn down ${name}`,
);

export const journalWriteFailed = operatorError<{ path: string; words: string }>(
  "JOURNAL_WRITE_FAILED",
  ({ path, words }) => `cannot write the undo journal ${path} (${words}); nothing was changed without it`,
  () => "make its directory writable and give it room, or set TUNVPN_STATE_DIR to another",
);

export const journalUnreadable = operatorError<{ path: string; words: string }>(
  "JOURNAL_UNREADABLE",
  ({ path, words }) => `cannot undo from the journal ${path}: ${words}`,
  ({ path }) => `look at what ip addr and ip route show, remove by hand what an earlier run left, then: rm ${path}`,
);

export const journalOtherVersion = operatorError<{ path: string; version: string }>(
  "JOURNAL_OTHER_VERSION",
  ({ path, version }) => `the journal ${path} is of tunvpn ${version}, whose format this version cannot read`,
  ({ version }) => `undo with tunvpn ${version}: tunvpn down`,
);

export const ipForwardOff = operatorError<{ family: "IPv4" | "IPv6"; name: string; devices: string; settings: string }>(
  "IP_FORWARD_OFF",
  ({ family, name, devices }) =>
    `this host does not forward ${family}: what lies behind ${devices} cannot reach the networks behind ${name}`,
  ({ settings }) => `sysctl -w ${settings}`,
);
