/* One packet of a flow, while it is made. */
#ifndef TEST_DRAFT_H
#define TEST_DRAFT_H

#include "flows.h"
#include "virtio.h"

enum form {
	WHOLE,       /* checksum complete */
	OPEN,        /* left to the interface */
	SUPER,       /* and to be split */
	FALSE_SUM,   /* a wrong checksum, which is nobody's to mend */
	NO_SUM,      /* none, as UDP may */
	OPEN_INSIDE, /* of a packet inside of the packet */
	FRAGMENT,    /* whatever it says behind the IP header is no header */
	ODD_LENGTH,  /* UDP that says another length */
};

struct draft {
	enum form form;
	uint8_t flags;    /* of TCP */
	uint32_t payload; /* bytes */
	uint8_t *bytes;
	/* Made from them: */
	uint32_t network, transport; /* bytes of the headers */
	struct virtio_header virtio;
};

/* Writes the packet that the flow sends now, and says in the virtio header what is left to be done. */
void draft_write(struct draft *draft, const struct flow *flow, uint64_t *seed);

static inline uint32_t draft_length(const struct draft *draft)
{
	return draft->network + draft->transport + draft->payload;
}

#endif
