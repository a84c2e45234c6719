#include "box.h"

#include <sodium.h>

#include "bytes.h"

/* The first block of keystream: a Poly1305 key, then what covers the first 32 bytes of text. */
#define BLOCK 64
#define FIRST 32

_Static_assert(crypto_stream_salsa20_NONCEBYTES == sizeof(uint64_t), "a counter is the whole nonce");
_Static_assert(crypto_onetimeauth_KEYBYTES + FIRST == BLOCK, "the key takes the rest of the first block");

const char *box_name(void)
{
	return "sodium";
}

static void first_block(uint8_t block[BLOCK], uint8_t nonce[sizeof(uint64_t)], const uint8_t *subkey, uint64_t counter)
{
	store64(nonce, counter);
	crypto_stream_salsa20(block, BLOCK, nonce, subkey);
}

static void apply(uint8_t *text, size_t length, const uint8_t block[BLOCK], const uint8_t *nonce, const uint8_t *subkey)
{
	size_t first = length < FIRST ? length : FIRST;

	for (size_t i = 0; i < first; i++)
		text[i] ^= block[crypto_onetimeauth_KEYBYTES + i];
	if (length > FIRST)
		crypto_stream_salsa20_xor_ic(text + FIRST, text + FIRST, length - FIRST, nonce, 1, subkey);
}

void box_seal(uint8_t tag[TV_TAG], uint8_t *text, size_t length, const uint8_t subkey[TV_KEY], uint64_t counter)
{
	uint8_t block[BLOCK];
	uint8_t nonce[sizeof counter];

	first_block(block, nonce, subkey, counter);
	apply(text, length, block, nonce, subkey);
	crypto_onetimeauth(tag, text, length, block);
	sodium_memzero(block, sizeof block);
}

bool box_open(const uint8_t tag[TV_TAG], uint8_t *text, size_t length, const uint8_t subkey[TV_KEY], uint64_t counter)
{
	uint8_t block[BLOCK];
	uint8_t nonce[sizeof counter];
	bool authentic;

	first_block(block, nonce, subkey, counter);
	authentic = crypto_onetimeauth_verify(tag, text, length, block) == 0;
	if (authentic)
		apply(text, length, block, nonce, subkey);
	sodium_memzero(block, sizeof block);
	return authentic;
}

void box_seal_many(const struct box_job *jobs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		box_seal(jobs[i].tag, jobs[i].text, jobs[i].length, jobs[i].subkey, jobs[i].counter);
}

uint32_t box_open_many(const struct box_job *jobs, uint32_t count, bool *ok)
{
	uint32_t authentic = 0;

	for (uint32_t i = 0; i < count; i++) {
		ok[i] = box_open(jobs[i].tag, jobs[i].text, jobs[i].length, jobs[i].subkey, jobs[i].counter);
		authentic += ok[i];
	}
	return authentic;
}
