/*
 * The boxes of many packets by an engine with lanes. Packets are taken by like length, for the lanes of Poly1305 end
 * together, and in batches that stay in the cache between the two passes.
 *
 * Keystream and keys are wiped from memory, here and in what makes them. Not wiped: registers, and what a compiler
 * spills of them.
 */
#include <string.h>

#include "box_engine.h"
#include "bytes.h"
#include "wipe.h"

/* Packets that are still in the cache for the second pass, at 1,420 bytes; 3% quicker than 16. */
#define BATCH 32
/* As far as a packet is moved to meet its like. */
#define WINDOW 64
/* What block 0 leaves for the text behind the Poly1305 key. */
#define FIRST 32

/* Block 0 of a packet: the Poly1305 key, and the first bytes of text as the keystream leaves them. */
struct head {
	uint8_t key[TV_KEY];
	uint8_t text[FIRST];
};

_Static_assert(sizeof(struct head) == SALSA20_BLOCK, "a head is a block");

struct batch {
	const struct box_job *jobs[BATCH];
	uint32_t count;
	struct head heads[BATCH];
	struct salsa20_span spans[2 * BATCH];
	uint32_t span_count;
	struct poly1305_job poly[BATCH];
	/* Keystream before its packet is verified, of the lanes that heads leave idle. */
	uint8_t ahead[BOX_LANES * SALSA20_BLOCK];
	uint32_t ahead_length[BATCH];
	uint8_t tags[BATCH][TV_TAG];
};

static uint32_t first_of(const struct box_job *job)
{
	return job->length < FIRST ? job->length : FIRST;
}

static uint32_t rest_of(const struct box_job *job)
{
	return job->length - first_of(job);
}

/* A short copy whose usual length the compiler knows. */
static void copy_first(uint8_t *to, const uint8_t *from, uint32_t length)
{
	if (length == FIRST)
		memcpy(to, from, FIRST);
	else
		memcpy(to, from, length);
}

static void add_span(struct batch *batch, const struct box_job *job, uint8_t *text, uint32_t length, uint32_t block)
{
	batch->spans[batch->span_count++] = (struct salsa20_span){ .text = text, .length = length, .block = block,
								   .key = job->subkey, .nonce = job->counter };
}

static void add_heads(struct batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++) {
		const struct box_job *job = batch->jobs[i];

		memset(&batch->heads[i], 0, sizeof batch->heads[i]);
		copy_first(batch->heads[i].text, job->text, first_of(job));
		add_span(batch, job, batch->heads[i].key, SALSA20_BLOCK, 0);
	}
}

static void authenticate(struct batch *batch, const struct box_engine *engine)
{
	for (uint32_t i = 0; i < batch->count; i++)
		batch->poly[i] = (struct poly1305_job){ .text = batch->jobs[i]->text, .length = batch->jobs[i]->length,
							.key = batch->heads[i].key, .tag = batch->tags[i] };
	engine->poly1305(batch->poly, batch->count);
}

static void seal_batch(struct batch *batch, const struct box_engine *engine)
{
	batch->span_count = 0;
	add_heads(batch);
	for (uint32_t i = 0; i < batch->count; i++)
		add_span(batch, batch->jobs[i], batch->jobs[i]->text + first_of(batch->jobs[i]),
			 rest_of(batch->jobs[i]), 1);
	engine->salsa20(batch->spans, batch->span_count);
	for (uint32_t i = 0; i < batch->count; i++)
		copy_first(batch->jobs[i]->text, batch->heads[i].text, first_of(batch->jobs[i]));
	authenticate(batch, engine);
	for (uint32_t i = 0; i < batch->count; i++)
		memcpy(batch->jobs[i]->tag, batch->tags[i], TV_TAG);
}

/* The lanes heads leave idle take the keystream of the first packets, which saves a lone packet a batch. */
static void add_ahead(struct batch *batch, uint32_t lanes)
{
	uint32_t left = (lanes - batch->count % lanes) % lanes * SALSA20_BLOCK;
	uint8_t *ahead = batch->ahead;

	memset(ahead, 0, left);
	for (uint32_t i = 0; i < batch->count; i++) {
		uint32_t rest = rest_of(batch->jobs[i]);
		uint32_t length = rest < left ? rest : left;

		batch->ahead_length[i] = length;
		if (!length)
			continue;
		add_span(batch, batch->jobs[i], ahead, length, 1);
		length = (length + SALSA20_BLOCK - 1) / SALSA20_BLOCK * SALSA20_BLOCK;
		ahead += length;
		left -= length;
	}
}

static bool equal(const uint8_t *a, const uint8_t *b)
{
	uint64_t difference = (load64(a) ^ load64(b)) | (load64(a + 8) ^ load64(b + 8));

	difference = difference == 0;
	box_reveal(&difference, sizeof difference);
	return difference;
}

static void xor_ahead(uint8_t *text, const uint8_t *ahead, uint32_t length)
{
	uint32_t i = 0;

	for (; i + 8 <= length; i += 8)
		store64(text + i, load64(text + i) ^ load64(ahead + i));
	for (; i < length; i++)
		text[i] ^= ahead[i];
}

static void decrypt(struct batch *batch, const struct box_engine *engine, const bool *ok)
{
	const uint8_t *ahead = batch->ahead;

	batch->span_count = 0;
	for (uint32_t i = 0; i < batch->count; i++) {
		const struct box_job *job = batch->jobs[i];
		uint32_t length = batch->ahead_length[i];
		uint32_t blocks = (length + SALSA20_BLOCK - 1) / SALSA20_BLOCK;

		if (ok[i]) {
			copy_first(job->text, batch->heads[i].text, first_of(job));
			xor_ahead(job->text + first_of(job), ahead, length);
			add_span(batch, job, job->text + first_of(job) + length, rest_of(job) - length, 1 + blocks);
		}
		ahead += (size_t)blocks * SALSA20_BLOCK;
	}
	engine->salsa20(batch->spans, batch->span_count);
}

static void open_batch(struct batch *batch, const struct box_engine *engine, bool *ok)
{
	batch->span_count = 0;
	add_heads(batch);
	add_ahead(batch, engine->lanes);
	engine->salsa20(batch->spans, batch->span_count);
	authenticate(batch, engine);
	for (uint32_t i = 0; i < batch->count; i++)
		ok[i] = equal(batch->jobs[i]->tag, batch->tags[i]);
	decrypt(batch, engine, ok);
}

/* The order by descending length, which is mostly there already. */
static void sort(uint8_t order[WINDOW], const struct box_job *jobs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = i;

		for (; at > 0 && jobs[order[at - 1]].length < jobs[i].length; at--)
			order[at] = order[at - 1];
		order[at] = (uint8_t)i;
	}
}

static void take(struct batch *batch, const struct box_job *jobs, const uint8_t *order, uint32_t left)
{
	batch->count = left < BATCH ? left : BATCH;
	for (uint32_t i = 0; i < batch->count; i++)
		batch->jobs[i] = &jobs[order[i]];
}

static void wipe_batch(struct batch *batch)
{
	wipe(batch->heads, sizeof batch->heads);
	wipe(batch->ahead, sizeof batch->ahead);
	wipe(batch->tags, sizeof batch->tags);
}

static void seal_window(const struct box_engine *engine, const struct box_job *jobs, uint32_t count)
{
	uint8_t order[WINDOW];
	struct batch batch;

	sort(order, jobs, count);
	for (uint32_t i = 0; i < count; i += BATCH) {
		take(&batch, jobs, order + i, count - i);
		seal_batch(&batch, engine);
	}
	wipe_batch(&batch);
}

static uint32_t open_window(const struct box_engine *engine, const struct box_job *jobs, uint32_t count, bool *ok)
{
	uint8_t order[WINDOW];
	uint32_t authentic = 0;
	struct batch batch;

	sort(order, jobs, count);
	for (uint32_t i = 0; i < count; i += BATCH) {
		bool right[BATCH];

		take(&batch, jobs, order + i, count - i);
		open_batch(&batch, engine, right);
		for (uint32_t k = 0; k < batch.count; k++) {
			ok[order[i + k]] = right[k];
			authentic += right[k];
		}
	}
	wipe_batch(&batch);
	return authentic;
}

void box_seal_by(const struct box_engine *engine, const struct box_job *jobs, uint32_t count)
{
	if (!engine->salsa20) {
		for (uint32_t i = 0; i < count; i++)
			box_sodium_seal(&jobs[i]);
		return;
	}
	if (box_few_suits(engine, jobs, count)) {
		for (uint32_t i = 0; i < count; i++)
			box_few_seal(engine, &jobs[i]);
		return;
	}
	for (uint32_t i = 0; i < count; i += WINDOW)
		seal_window(engine, jobs + i, count - i < WINDOW ? count - i : WINDOW);
}

uint32_t box_open_by(const struct box_engine *engine, const struct box_job *jobs, uint32_t count, bool *ok)
{
	uint32_t authentic = 0;

	if (!engine->salsa20) {
		for (uint32_t i = 0; i < count; i++)
			authentic += ok[i] = box_sodium_open(&jobs[i]);
		return authentic;
	}
	if (box_few_suits(engine, jobs, count)) {
		for (uint32_t i = 0; i < count; i++)
			authentic += ok[i] = box_few_open(engine, &jobs[i]);
		return authentic;
	}
	for (uint32_t i = 0; i < count; i += WINDOW)
		authentic += open_window(engine, jobs + i, count - i < WINDOW ? count - i : WINDOW, ok + i);
	return authentic;
}
