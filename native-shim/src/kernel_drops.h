/* What the kernel dropped before we could read it, by its own counters. */
#ifndef TV_KERNEL_DROPS_H
#define TV_KERNEL_DROPS_H

#include <stdint.h>

/* Packets for us that an interface's queue had no room for. 0 where that cannot be told. */
uint64_t interface_drops(uint32_t ifindex);

/* Datagrams that a socket's buffer had no room for, modulo 2^32. 0 without a socket. */
uint64_t socket_drops(int socket);

#endif
