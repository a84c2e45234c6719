/* The box of a short packet that comes alone or nearly so: its few blocks of keystream at once, the tag by libsodium. */
#include <sodium.h>

#include "box_engine.h"
#include "bytes.h"
#include "wipe.h"

#define MOST 2
#define ROOM (SALSA20_FEW * SALSA20_BLOCK)

_Static_assert(crypto_onetimeauth_KEYBYTES == POLY1305_KEY, "the keystream begins with the key of the tag");

static uint32_t blocks_of(const struct box_job *job)
{
	return (POLY1305_KEY + job->length + SALSA20_BLOCK - 1) / SALSA20_BLOCK;
}

/*
 * One or two packets of eight blocks together. At 96 bytes a lone packet takes 0.15 us so and 0.40 as a batch, each of
 * two 0.14 and 0.21; of three, 0.13 and 0.14.
 */
bool box_few_suits(const struct box_engine *engine, const struct box_job *jobs, uint32_t count)
{
	uint32_t blocks = 0;

	for (uint32_t i = 0; i < count && i < MOST; i++)
		blocks += blocks_of(&jobs[i]);
	return engine->salsa20_few && count <= MOST && blocks <= SALSA20_FEW;
}

static void keystream(uint8_t stream[ROOM], const struct box_engine *engine, const struct box_job *job)
{
	engine->salsa20_few(stream, blocks_of(job), job->subkey, job->counter);
}

static void apply(const struct box_job *job, const uint8_t *stream)
{
	uint32_t i = 0;

	for (; i + 8 <= job->length; i += 8)
		store64(job->text + i, load64(job->text + i) ^ load64(stream + i));
	for (; i < job->length; i++)
		job->text[i] ^= stream[i];
}

void box_few_seal(const struct box_engine *engine, const struct box_job *job)
{
	uint8_t stream[ROOM];

	keystream(stream, engine, job);
	apply(job, stream + POLY1305_KEY);
	crypto_onetimeauth(job->tag, job->text, job->length, stream);
	wipe(stream, sizeof stream);
}

bool box_few_open(const struct box_engine *engine, const struct box_job *job)
{
	uint8_t stream[ROOM];
	int forged;

	keystream(stream, engine, job);
	forged = crypto_onetimeauth_verify(job->tag, job->text, job->length, stream);
	box_reveal(&forged, sizeof forged);
	if (!forged)
		apply(job, stream + POLY1305_KEY);
	wipe(stream, sizeof stream);
	return !forged;
}
