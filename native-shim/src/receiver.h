/*
 * Receives datagrams in batches: one system call for many messages, each of which is a run of datagrams of equal length
 * but for the last, where the socket joins what came in a row from one source.
 */
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

/* Room for the packet info of either family, and the length at which the kernel joined. */
union packet_info {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

struct receiver {
	int socket4, socket6; /* or -1 */
	uint8_t *slots;
	size_t stride;
	size_t size;     /* of the largest datagram */
	uint32_t wanted; /* messages to ask for */
	uint32_t used;   /* headers that the kernel has written into */
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	union socket_address addresses[BATCH];
	union packet_info infos[BATCH];
};

/* The datagrams of one message, to be taken one by one. */
struct message {
	struct datagram datagram; /* the next one */
	size_t left;              /* bytes, it included */
	size_t segment;           /* bytes of each but the last */
	bool truncated;           /* the kernel cut something off */
	bool taken;
};

/* size: bytes of the largest datagram. */
int receiver_init(struct receiver *receiver, size_t size);
void receiver_finish(struct receiver *receiver);

/* How many messages came, 0 when none waits, or -errno when the socket is of no use any more. Whether there may be more. */
int receiver_take(struct receiver *receiver, int socket, bool *more);

/* One of those just taken. */
void receiver_message(struct receiver *receiver, uint32_t i, struct message *message);

/* Makes the next of its datagrams stand in it. False when there is none left. */
bool message_next(const struct receiver *receiver, struct message *message);

#endif
