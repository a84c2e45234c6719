import { operatorError } from "../base/errors.js";

export const tunOpenDenied = operatorError<{ errno: string }>(
  "TUN_OPEN_DENIED",
  ({ errno }) => `cannot open /dev/net/tun (${errno})`,
  () => "run as root, or grant CAP_NET_ADMIN and access to /dev/net/tun",
);

export const tunMissing = operatorError<{ errno: string }>(
  "TUN_MISSING",
  ({ errno }) => `there is no /dev/net/tun (${errno})`,
  () => "load the driver with `modprobe tun`; in a container, pass the device in",
);

export const interfaceTaken = operatorError<{ name: string }>(
  "INTERFACE_TAKEN",
  ({ name }) => `an interface named ${name} already exists, and tunvpn did not make it`,
  ({ name }) => `rename the config file, or remove the other interface with \`ip link del ${name}\``,
);

export const tunOpenFailed = operatorError<{ name: string; errno: string }>(
  "TUN_OPEN_FAILED",
  ({ name, errno }) => `the kernel refuses to make the interface ${name} (${errno})`,
  () => "look at the last lines of `dmesg`",
);

export const portTaken = operatorError<{ port: number; family: 4 | 6 }>(
  "PORT_TAKEN",
  ({ port, family }) => `UDP port ${port} is in use (IPv${family})`,
  ({ port }) => `find its owner with \`ss -ulpn sport = :${port}\`, or set another ListenPort`,
);

export const fwmarkDenied = operatorError<{ fwMark: number }>(
  "FWMARK_DENIED",
  ({ fwMark }) => `the kernel refuses FwMark ${fwMark} (EPERM)`,
  () => "grant CAP_NET_ADMIN, or remove FwMark",
);

export const udpOpenFailed = operatorError<{ port: number; errno: string }>(
  "UDP_OPEN_FAILED",
  ({ port, errno }) => `cannot open a UDP socket on port ${port} (${errno})`,
  () => "ports below 1024 need CAP_NET_BIND_SERVICE; look at `ulimit -n` for EMFILE",
);
