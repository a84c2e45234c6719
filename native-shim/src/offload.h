/* What the kernel does for us: asked once, and told to `status`. TUNVPN_OFFLOADS=off in the environment asks for none. */
#ifndef TV_OFFLOAD_H
#define TV_OFFLOAD_H

#include <netinet/udp.h>
#include <stdbool.h>
#include <stdint.h>

/* Younger than the headers of some systems. */
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/* Whether any may be used. */
bool offload_wanted(void);

/*
 * Whether each packet of an interface's queue stands behind a virtio header. If so, asks for super-packets and open
 * checksums, as far as this kernel has them, and adds what was obtained to `bits`, of TV_OFFLOAD_CSUM, _TSO and _USO.
 */
bool offload_interface(int tun, uint32_t *bits);

/* Whether a UDP socket splits what it sends, and asking one to join what it receives. */
bool offload_splits(int udp);
bool offload_joins(int udp);

#endif
