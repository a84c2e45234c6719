/* Receives datagrams in batches: one system call for up to BATCH of them. */
#ifndef TV_RECEIVER_H
#define TV_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "endpoint.h"
#include "sender.h"

struct datagram {
	uint8_t *bytes;
	size_t length;
	bool truncated;
	uint32_t ifindex; /* of the interface that it came in through; 0: unknown */
	tv_endpoint source;
};

/* Room for the packet info of either family. */
union packet_info {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct receiver {
	int socket4, socket6; /* or -1 */
	uint8_t *slots;
	size_t stride, size;
	uint32_t used; /* headers that the kernel has written into */
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	union socket_address addresses[BATCH];
	union packet_info infos[BATCH];
};

/* size: bytes of the largest datagram. */
int receiver_init(struct receiver *receiver, size_t size);
void receiver_finish(struct receiver *receiver);

/* How many datagrams came, 0 when none waits, or -errno when the socket is of no use any more. */
int receiver_take(struct receiver *receiver, int socket);

/* One of those just taken. */
void receiver_datagram(struct receiver *receiver, uint32_t i, struct datagram *datagram);

#endif
