/*
 * The engines of the box: ways to compute it, bit for bit the same. libsodium's takes one packet after the other; the
 * others have the keystream and the tags of many packets made at once.
 */
#ifndef TV_BOX_ENGINE_H
#define TV_BOX_ENGINE_H

#include "box.h"
#include "poly1305.h"
#include "salsa20.h"

/* The most an engine has. */
#define BOX_LANES 16

struct box_engine {
	const char *name;
	bool (*available)(void); /* on this processor, under this system */
	uint32_t alone;          /* a packet up to this length that comes alone is left to libsodium */
	uint32_t lanes;          /* blocks of keystream that cost as much as one */
	void (*salsa20)(const struct salsa20_span *spans, size_t count); /* null: all is left to libsodium */
	void (*poly1305)(const struct poly1305_job *jobs, size_t count);
	/* Up to SALSA20_FEW blocks of one packet, from block 0 on; null: short packets are as any others. */
	void (*salsa20_few)(uint8_t *stream, uint32_t blocks, const uint8_t *key, uint64_t nonce);
};

/* The quickest first, libsodium last, then null. */
extern const struct box_engine *const box_engines[];
extern const struct box_engine box_sodium;

/* The first that is available and passes its test; with a name, that one or none. Null when there is none. */
const struct box_engine *box_engine_choose(const struct box_engine *const *engines, const char *name);

/* Whether an engine, of those that are available, computes what libsodium does and refuses what is forged. Some 0.1 ms. */
bool box_selftest(const struct box_engine *engine);

/* Makes it the one in use. Before any queue is pumped. */
void box_use(const struct box_engine *engine);

/* As box_seal_many and box_open_many, by an engine that is available. */
void box_seal_by(const struct box_engine *engine, const struct box_job *jobs, uint32_t count);
uint32_t box_open_by(const struct box_engine *engine, const struct box_job *jobs, uint32_t count, bool *ok);

/* Whether packets are so few and short that an engine with salsa20_few takes them one by one; and how. */
bool box_few_suits(const struct box_engine *engine, const struct box_job *jobs, uint32_t count);
void box_few_seal(const struct box_engine *engine, const struct box_job *job);
bool box_few_open(const struct box_engine *engine, const struct box_job *job);

/* libsodium's, of one packet. */
void box_sodium_seal(const struct box_job *job);
bool box_sodium_open(const struct box_job *job);

/* Where the check for constant time is built, this is how it learns that a value is no secret any more. */
#ifdef TV_CONSTANT_TIME
void box_reveal(void *value, size_t length);
#else
static inline void box_reveal(void *value, size_t length)
{
	(void)value;
	(void)length;
}
#endif

#endif
