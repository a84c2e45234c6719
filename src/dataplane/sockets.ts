/** The descriptors of a device: its interface's queues and its UDP sockets. */
import { invariant } from "../base/invariant.js";
import { errnoName, isErrno } from "../shim/errno.js";
import type { Shim } from "../shim/library.js";
import { fwmarkDenied, interfaceTaken, portTaken, tunMissing, tunOpenDenied, tunOpenFailed, udpOpenFailed } from "./errors.js";

/** How often a random port that only one family had free is tried anew. */
const RANDOM_PORT_TRIES = 16;

export interface QueueDescriptors {
  readonly tun: number;
  readonly udp4: number;
  /** -1 where the kernel has no IPv6. */
  readonly udp6: number;
}

export interface InterfaceRequest {
  readonly name: string;
  readonly queues: number;
}

/** Makes the interface. @returns one descriptor a queue @throws OperatorError, with nothing left open */
export function openInterface(shim: Shim, { name, queues }: InterfaceRequest): number[] {
  if (shim.interfaceIndex(name) > 0) throw interfaceTaken({ name });
  const opened: number[] = [];
  for (let queue = 0; queue < queues; queue++) {
    const tun = shim.tunOpen(name, { tap: false, multiQueue: queues > 1, first: queue === 0 });
    if (tun >= 0) {
      opened.push(tun);
      continue;
    }
    for (const descriptor of opened) shim.close(descriptor);
    const errno = errnoName(tun);
    if (isErrno(tun, "EBUSY")) throw interfaceTaken({ name });
    if (isErrno(tun, "ENOENT") || isErrno(tun, "ENODEV") || isErrno(tun, "ENXIO")) throw tunMissing({ errno });
    if (isErrno(tun, "EPERM") || isErrno(tun, "EACCES")) throw tunOpenDenied({ errno });
    throw tunOpenFailed({ name, errno });
  }
  return opened;
}

export interface SocketRequest {
  /** 0: any, the same for both families. */
  readonly port: number;
  /** 0: none. */
  readonly fwMark: number;
  readonly queues: number;
}

export interface Sockets {
  readonly port: number;
  /** One a queue. */
  readonly udp4: readonly number[];
  readonly udp6: readonly number[];
}

/** Binds both families to one port. @throws OperatorError, with nothing left open */
export function openSockets(shim: Shim, request: SocketRequest): Sockets {
  for (let tries = 1; ; tries++) {
    try {
      return bindBoth(shim, request);
    } catch (error) {
      const retry = request.port === 0 && tries < RANDOM_PORT_TRIES && (error as { code?: string }).code === portTaken.code;
      if (!retry) throw error;
    }
  }
}

function bindBoth(shim: Shim, { port: wanted, fwMark, queues }: SocketRequest): Sockets {
  const opened: number[] = [];
  const open = (family: 4 | 6, port: number): number => {
    const descriptor = shim.udpOpen(family, { port, fwMark, reusePort: queues > 1 });
    if (descriptor >= 0) {
      opened.push(descriptor);
      return descriptor;
    }
    if (family === 6 && (isErrno(descriptor, "EAFNOSUPPORT") || isErrno(descriptor, "EADDRNOTAVAIL"))) return -1;
    for (const other of opened) shim.close(other);
    if (isErrno(descriptor, "EADDRINUSE")) throw portTaken({ port, family });
    if (isErrno(descriptor, "EPERM") && fwMark !== 0) throw fwmarkDenied({ fwMark });
    throw udpOpenFailed({ port, errno: errnoName(descriptor) });
  };
  const first = open(4, wanted);
  const port = shim.udpPort(first);
  invariant(port > 0, "a bound socket has a port");
  const rest = Array.from({ length: queues - 1 }, () => open(4, port));
  return { port, udp4: [first, ...rest], udp6: Array.from({ length: queues }, () => open(6, port)) };
}
