/*
 * Sends runs of datagrams: one system call for each family and batch, and of a run of equal datagrams one pass through
 * the kernel where the socket splits them. Datagrams to one endpoint leave in the order in which they were added.
 */
#ifndef TV_SENDER_H
#define TV_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "endpoint.h"
#include "wire.h"

#define BATCH 64

/* Datagrams that the kernel splits off one run at most. */
#define RUN_MAX 64

struct lane;
struct peer;

/* Datagrams to one destination, one behind the other: of equal size, but for the last, which may be shorter. */
struct run {
	struct peer *peer; /* or null */
	const struct destination *to;
	uint8_t *bytes;
	uint32_t size;   /* of each but the last */
	uint32_t length; /* of all */
	uint32_t count;
};

/* Room for the size at which the kernel splits. */
union segment_size {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
};

/* Messages of one family that wait for their system call: whole runs, or datagrams one by one. */
struct outgoing {
	int socket;  /* or -1 */
	bool splits; /* it takes whole runs */
	uint32_t count;
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	union segment_size sizes[BATCH];
	struct run runs[BATCH];
};

struct sender {
	uint32_t sent; /* datagrams since the last sender_flush */
	int error;     /* -errno of the last datagram that the kernel refused */
	struct outgoing v4, v6;
};

void sender_init(struct sender *sender);

/* A socket for each family, or -1. Those that there are already stay. */
void sender_lend(struct sender *sender, int udp4, int udp6);

/* Adds a run. Its bytes and its destination stay until sender_flush. */
void sender_add(struct lane *lane, const struct run *run);

/* Sends what waits. Returns how many datagrams left since the last call. */
uint32_t sender_flush(struct lane *lane);

#endif
