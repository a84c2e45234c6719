/*
 * Joins packets of one TCP or UDP flow into one super-packet for an interface with segmentation offload: the first
 * packet's headers, rewritten, and everyone's payload where it lies. Split again, as the kernel does it when it forwards
 * them, they are the packets that they were, to the bit.
 *
 * What stands in the way of that keeps a packet alone: a sum that is wrong or missing, headers that differ in more than
 * the kernel counts up or spreads, what only a packet by itself may say. Of IPv4 identifications it restores those that
 * count up; others only join on the way to this host itself, with "don't fragment", where nothing splits them or asks.
 */
#ifndef TV_COALESCE_H
#define TV_COALESCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "inner.h"
#include "virtio.h"

/* Packets joined at most: what every kernel takes of UDP. */
#define COALESCE_MAX 64

struct peer;

struct coalesced {
	uint32_t count; /* packets joined */
	bool full;      /* nothing may follow */
	bool open;      /* the first one's checksum was left open; of a complete one that stays alone nothing is changed */
	bool right;     /* the sums in the first one's headers were looked at */
	bool own;       /* on its way to this host itself; set by who began */
	uint8_t *first;
	struct inner inner; /* of the first */
	struct peer *peer;  /* whose packets they are; set by who began */
	uint32_t header;    /* bytes of all headers */
	uint32_t size;      /* payload bytes of the first packet */
	uint32_t length;    /* of the super-packet so far */
	uint32_t sequence;  /* of the TCP payload that follows */
	uint8_t last_flags; /* TCP flags of the last packet */
	struct virtio_header virtio;
	struct iovec vectors[1 + COALESCE_MAX]; /* what is to be written, once finished */
};

/* Begins with a packet, which stays where it is until it was written. False, and nothing has begun, for one that can have no neighbours. */
bool coalesce_begin(struct coalesced *held, uint8_t *packet, const struct inner *inner, bool open);

/*
 * Adds the packet that comes next in the flow: of the same addresses, protocol and ports, and like the first no fragment
 * and without IP options. False when it does not continue what is held, which is then to be written first.
 */
bool coalesce_add(struct coalesced *held, uint8_t *packet, const struct inner *inner, bool open);

/* Rewrites the headers. Returns how many of its vectors are to be written; then nothing is held any more. */
uint32_t coalesce_finish(struct coalesced *held);

/* Leaves the checksum at `place`, which is no part of the sum, to the interface. Returns what to write before the packet. */
struct virtio_header coalesce_leave_open(uint8_t *packet, const struct inner *inner, uint32_t place);

#endif
