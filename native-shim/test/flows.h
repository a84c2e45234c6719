/* Random flows of inner packets, as a kernel gives them to an interface: super-packets, open checksums, and whole ones. */
#ifndef TEST_FLOWS_H
#define TEST_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness.h"

#define FRAMED_MAX (10 + 65535)

/* What the next packet of a flow will say, unless it changes its mind. */
struct flow {
	int family;
	uint8_t protocol;
	uint8_t source, destination;           /* hosts 10.0.1.x and 10.0.2.x, or fd00:1::x and fd00:2::x */
	uint16_t ports[2];
	uint8_t traffic_class, hops;
	uint32_t label;
	bool whole; /* DF */
	uint16_t identification, identification_step;
	uint32_t extensions; /* bytes of IPv4 options, or of IPv6 extension headers */
	uint32_t sequence, acknowledged;
	uint16_t window, urgent;
	uint8_t flags; /* of TCP */
	uint32_t options; /* bytes of TCP options */
	uint64_t options_seed;
	uint32_t size; /* payload bytes that most of its packets have */
};

struct flow flow_make(uint64_t *seed, uint32_t mtu);

/* Goes on as the other would have: only addresses and ports tell the two apart. */
void flow_imitate(struct flow *flow, const struct flow *other);

/* Its next packet, behind a virtio header if the interface has one. Returns the length of both. */
size_t flow_next(struct flow *flow, uint64_t *seed, uint32_t mtu, bool headed, uint8_t *framed);

static inline uint32_t below(uint64_t *seed, uint32_t limit)
{
	return (uint32_t)((random_next(seed) >> 32) % limit);
}

#endif
