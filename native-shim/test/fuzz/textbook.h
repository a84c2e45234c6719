/*
 * IP, TCP and UDP by the textbook, slowly, and with nothing of the device's own: what a packet is, and what a kernel makes of a
 * packet that it is to split or to finish.
 */
#ifndef FUZZ_TEXTBOOK_H
#define FUZZ_TEXTBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "virtio.h"

struct ip {
	uint32_t family;
	uint32_t header; /* bytes of the fixed header, IPv4's with its options */
	uint32_t total;
	uint8_t protocol;
	bool fragment;
	const uint8_t *source, *destination;
};

/* docs/protocol.md section 3, "Inner packets". */
bool ip_read(struct ip *ip, const uint8_t *packet, size_t length);

/* Where the checksum of a packet stands that may travel with it open, else 0. Section 3, "Open checksums". */
uint32_t open_place(const struct ip *ip, const uint8_t *packet);

/* Sums are folded, not complemented. */
uint16_t add_sums(uint16_t a, uint16_t b);
/* Of the pseudo-header of a packet: addresses, protocol, and so many bytes. */
uint16_t pseudo_sum(const struct ip *ip, uint32_t length);
/* Whether two sums stand for the same number. */
bool sums_equal(uint16_t a, uint16_t b);

/* Writes the checksum of an IPv4 header, or into `place` that of the bytes from `start` on, whatever the field holds counted in. */
void write_header_sum(uint8_t *packet, uint32_t header);
void write_sum(uint8_t *packet, uint32_t start, uint32_t end, uint32_t place);

/* A super-packet: how a kernel reads it. */
struct super_packet {
	uint32_t count;
	uint32_t header, transport; /* bytes of all headers, and of those before TCP or UDP */
	uint32_t size, payload;
	bool udp;
};

/* False for what contradicts itself. */
bool super_read(struct super_packet *super, const struct virtio_header *virtio, const struct ip *ip, const uint8_t *packet);

/* Makes segment i as a kernel does, but for its transport checksum, which stays as it is. Returns its length. */
uint32_t super_segment(const struct super_packet *super, const uint8_t *packet, uint32_t i, uint8_t *out);

/*
 * Packets keep their order within a flow. Those whose flow no ports tell may belong to any between their addresses: they keep
 * it among all of these.
 */
struct flow_key {
	uint64_t addresses; /* hashes */
	uint64_t flow;
	bool told;
};

struct flow_key flow_of(const struct ip *ip, const uint8_t *packet);

#endif
