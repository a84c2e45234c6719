/* Inner IP packets: what a plaintext must be before anything in it is believed. docs/protocol.md sections 3 and 10. */
#ifndef TV_INNER_H
#define TV_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inner {
	uint8_t family;   /* 4 or 6 */
	uint8_t protocol; /* that follows the fixed header */
	bool fragment;    /* of IPv4; in IPv6 a fragment's protocol says so */
	uint32_t header;  /* bytes before that protocol */
	uint32_t length;  /* of the packet, padding left out */
	const uint8_t *source, *destination;
};

/* False for what is no IP packet, says that it is longer than `length`, or is a jumbogram. */
bool inner_parse(struct inner *inner, const uint8_t *packet, size_t length);

/* False for sources that no packet from another host can have. */
bool inner_source_possible(const struct inner *inner);

#endif
