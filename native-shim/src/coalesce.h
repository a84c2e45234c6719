/*
 * Joins neighbouring packets of one TCP or UDP flow, their checksums left open, into one super-packet for an interface
 * with segmentation offload: the first packet's headers, rewritten, and everyone's payload where it lies.
 */
#ifndef TV_COALESCE_H
#define TV_COALESCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "inner.h"
#include "virtio.h"

/* Packets joined at most: what the kernel takes of UDP. */
#define COALESCE_MAX 64

struct coalesced {
	uint32_t count; /* packets joined; 0: nothing is held */
	bool full;      /* nothing may follow */
	uint8_t *first;
	struct inner inner;
	uint32_t header;    /* bytes of all headers */
	uint32_t size;      /* payload bytes of the first packet */
	uint32_t length;    /* of the super-packet so far */
	uint32_t sequence;  /* of the TCP payload that follows */
	uint8_t last_flags; /* TCP flags of the last packet */
	struct virtio_header virtio;
	struct iovec vectors[1 + COALESCE_MAX]; /* what is to be written, once finished */
};

/*
 * Begins with a packet whose checksum stands open at `place`. It stays where it is until it was written. joins: others
 * may follow, if it is of a kind that allows it.
 */
void coalesce_begin(struct coalesced *held, uint8_t *packet, const struct inner *inner, uint32_t place, bool joins);

/* Adds the packet that comes next. False, and nothing has changed, when it does not continue what is held. */
bool coalesce_add(struct coalesced *held, uint8_t *packet, const struct inner *inner);

/* Rewrites the headers. `count + 1` vectors are then to be written, and nothing is held any more when that is done. */
void coalesce_finish(struct coalesced *held);

#endif
