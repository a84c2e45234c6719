/* Packets of TCP and UDP, made of a few bytes of input. */
#ifndef FUZZ_CRAFT_H
#define FUZZ_CRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "input.h"

/* Addresses by number: of the host, of each peer, of nobody, and such as no peer may use. */
#define CRAFT_ADDRESSES 12
#define CRAFT_HOST 0

struct craft {
	uint32_t family;
	bool udp;
	uint8_t source, destination; /* numbers of addresses */
	uint8_t port;                /* the source's lowest byte */
	uint8_t options;             /* words of TCP options; of UDP, from 8 on: a port of DHCP, at this end or that */
	uint8_t extension;           /* IPv6: units of 8 bytes of a destination options header */
	uint8_t flags;               /* of TCP */
	uint8_t fragment;            /* IPv4: the highest byte of the field of flags and offset */
	uint16_t id;                 /* IPv4 */
	uint32_t sequence;           /* TCP */
	uint32_t payload;
	uint8_t cut; /* so much shorter does the IP header say that it is, as far as it can */
	bool whole; /* with its checksum, else with the pseudo-header's sum in its place */
};

/* Bytes of all headers. */
uint32_t craft_header(const struct craft *craft);
/* Where TCP or UDP begins. */
uint32_t craft_transport(const struct craft *craft);

/* Builds it. Returns its length, which is at most 65,535. */
uint32_t craft_packet(const struct craft *craft, uint8_t *out);

/* Changes some bytes, as the input says: mostly of the headers. */
void craft_patch(struct input *input, uint8_t *bytes, uint32_t length);

/* Makes the sums right again, as far as they can be found. */
void craft_mend(uint8_t *packet, uint32_t length);

#endif
