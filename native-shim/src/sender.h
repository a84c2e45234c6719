/*
 * Sends datagrams in batches: one system call for each family and batch. Datagrams are built in the sender's own slots,
 * and those to one endpoint leave in the order in which they were added.
 */
#ifndef TV_SENDER_H
#define TV_SENDER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "endpoint.h"
#include "wire.h"

#define BATCH 64

struct lane;
struct peer;

/* Datagrams of one family that wait for their system call. */
struct outgoing {
	int socket; /* or -1 */
	uint32_t count;
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	union socket_address addresses[BATCH];
	struct peer *peers[BATCH];
};

struct sender {
	uint8_t *slots;
	size_t stride;
	uint32_t used;
	uint32_t sent; /* since the last sender_flush */
	int error;     /* -errno of the last datagram that the kernel refused */
	struct outgoing v4, v6;
};

/* size: bytes of the largest datagram. */
int sender_init(struct sender *sender, size_t size);
void sender_finish(struct sender *sender);

/* Where to build the next datagram. It stays the next one until it is added. */
uint8_t *sender_slot(const struct sender *sender);

/* Adds the datagram in the slot, of a peer or of none. A full batch is sent. */
void sender_add(struct lane *lane, struct peer *peer, const struct destination *to, size_t length);

/* Sends what waits. Returns how many datagrams left since the last call. */
uint32_t sender_flush(struct lane *lane);

#endif
