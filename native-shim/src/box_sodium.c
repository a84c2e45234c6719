/* The box by libsodium, one packet at a time: what runs where no other engine does, and what they are measured against. */
#include <sodium.h>

#include "box_engine.h"
#include "bytes.h"

/* The first block of keystream: a Poly1305 key, then what covers the first 32 bytes of text. */
#define BLOCK 64
#define FIRST 32

_Static_assert(crypto_stream_salsa20_NONCEBYTES == sizeof(uint64_t), "a counter is the whole nonce");
_Static_assert(crypto_onetimeauth_KEYBYTES + FIRST == BLOCK, "the key takes the rest of the first block");

static bool has_sodium(void)
{
	return true;
}

const struct box_engine box_sodium = { .name = "sodium", .available = has_sodium };

static void first_block(uint8_t block[BLOCK], uint8_t nonce[sizeof(uint64_t)], const struct box_job *job)
{
	store64(nonce, job->counter);
	crypto_stream_salsa20(block, BLOCK, nonce, job->subkey);
}

static void apply(const struct box_job *job, const uint8_t block[BLOCK], const uint8_t *nonce)
{
	uint32_t first = job->length < FIRST ? job->length : FIRST;
	uint8_t *rest = job->text + first;

	for (uint32_t i = 0; i < first; i++)
		job->text[i] ^= block[crypto_onetimeauth_KEYBYTES + i];
	if (job->length > FIRST)
		crypto_stream_salsa20_xor_ic(rest, rest, job->length - FIRST, nonce, 1, job->subkey);
}

void box_sodium_seal(const struct box_job *job)
{
	uint8_t block[BLOCK];
	uint8_t nonce[sizeof job->counter];

	first_block(block, nonce, job);
	apply(job, block, nonce);
	crypto_onetimeauth(job->tag, job->text, job->length, block);
	sodium_memzero(block, sizeof block);
}

bool box_sodium_open(const struct box_job *job)
{
	uint8_t block[BLOCK];
	uint8_t nonce[sizeof job->counter];
	int forged;

	first_block(block, nonce, job);
	forged = crypto_onetimeauth_verify(job->tag, job->text, job->length, block);
	box_reveal(&forged, sizeof forged);
	if (!forged)
		apply(job, block, nonce);
	sodium_memzero(block, sizeof block);
	return !forged;
}
