/* Splits a super-packet of TCP or UDP, as an interface with segmentation offload gives it, into packets. */
#ifndef TV_SEGMENT_H
#define TV_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "inner.h"
#include "virtio.h"

/* How a packet is to be split; a plain one is its only segment. */
struct segmentation {
	uint32_t count;
	uint32_t header;    /* bytes of all headers, which each segment has */
	uint32_t transport; /* where the TCP or UDP header begins */
	uint32_t size;      /* payload bytes of each segment but the last */
	uint32_t payload;   /* bytes in all */
	bool udp;
};

/* False when the headers contradict each other. inner is the packet's own, and its length the packet's. */
bool segmentation_plan(struct segmentation *plan, const struct virtio_header *virtio, const uint8_t *packet, const struct inner *inner);

/* Bytes of one of the segments. */
uint32_t segment_length(const struct segmentation *plan, uint32_t i);

/*
 * Spreads the packet in place: segment i then stands i strides behind the packet's start, whole but for its checksum,
 * which is completed on demand. A stride has room for the largest segment, and the memory for all.
 */
void segment_spread(const struct segmentation *plan, uint8_t *packet, uint32_t stride, bool complete);

#endif
