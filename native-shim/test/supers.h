/* Super-packets of TCP and UDP, as a kernel gives them: the pseudo-header's sum in place of the checksum. */
#ifndef TEST_SUPERS_H
#define TEST_SUPERS_H

#include "inner.h"
#include "virtio.h"

struct super {
	int family;
	bool udp;
	uint32_t options; /* bytes of TCP options */
	uint8_t flags;    /* of TCP */
	uint32_t size;    /* payload bytes of each segment but the last */
	uint32_t payload;
	/* Made from them: */
	uint8_t bytes[1 << 18];
	struct virtio_header virtio;
	struct inner inner;
};

/* Fills in the rest, with addresses, ports, sequence and payload from the seed. */
void super_make(struct super *super, uint64_t *seed);

/* Sums a packet's own IPv4 header: 0 when it is right. */
uint16_t header_sum(const uint8_t *packet);

#endif
