/* Poly1305 of many messages, quickest when neighbours are of like length. */
#ifndef TV_POLY1305_H
#define TV_POLY1305_H

#include <stddef.h>
#include <stdint.h>

#define POLY1305_KEY 32
#define POLY1305_BLOCK 16

struct poly1305_job {
	const uint8_t *text;
	uint32_t length;
	const uint8_t *key; /* POLY1305_KEY bytes: r, then s */
	uint8_t *tag;       /* 16 bytes */
};

void poly1305_avx2(const struct poly1305_job *jobs, size_t count);
void poly1305_avx512(const struct poly1305_job *jobs, size_t count);

#endif
