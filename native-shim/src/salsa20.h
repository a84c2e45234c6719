/* Salsa20 over spans of many texts, each xored with its keystream in place. Not a byte outside of a span is touched. */
#ifndef TV_SALSA20_H
#define TV_SALSA20_H

#include <stddef.h>
#include <stdint.h>

#define SALSA20_KEY 32
#define SALSA20_BLOCK 64

/* A text and the keystream it meets, from a whole block on. */
struct salsa20_span {
	uint8_t *text;
	uint32_t length;
	uint32_t block;
	const uint8_t *key; /* SALSA20_KEY bytes */
	uint64_t nonce;
};

/* The most blocks that salsa20_few_avx512 makes. */
#define SALSA20_FEW 8

/* Keystream from block 0 on; what is behind the blocks asked for may be written too. */
void salsa20_few_avx512(uint8_t stream[SALSA20_FEW * SALSA20_BLOCK], uint32_t blocks, const uint8_t key[SALSA20_KEY],
			uint64_t nonce);

void salsa20_avx2(const struct salsa20_span *spans, size_t count);
void salsa20_avx512(const struct salsa20_span *spans, size_t count);

#endif
