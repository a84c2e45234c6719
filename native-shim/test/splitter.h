/*
 * What a packet of an interface with virtio headers stands for, by the book: the kernel's segmentation and completion of
 * checksums, byte by byte. It shares nothing with the shim, and minds no time.
 */
#ifndef TEST_SPLITTER_H
#define TEST_SPLITTER_H

#include <stddef.h>
#include <stdint.h>

#define PIECES_MAX 8192
#define PIECES_BYTES (8u << 20)

struct piece {
	uint32_t at; /* in bytes */
	uint32_t length;
};

/* Packets, one behind the other. */
struct pieces {
	uint32_t count, used;
	struct piece list[PIECES_MAX];
	uint8_t bytes[PIECES_BYTES];
};

/*
 * Adds the packets that `length` bytes stand for: a virtio header and a packet, or, not `headed`, a packet alone. Returns
 * null, or why no kernel would take it.
 */
const char *pieces_add(struct pieces *pieces, const uint8_t *framed, size_t length, int headed);

/* The one's complement sum of 16-bit words in network order, folded. */
uint16_t textbook_sum(const uint8_t *bytes, size_t length, uint64_t start);

#endif
