/*
 * Poly1305 in four lanes of 64 bits, strands as in poly1305_avx512.c: they end in the same step, the shorter ones begin
 * later, and a step takes four blocks of each. Where a strand begins or ends its bytes are staged.
 */
#include "poly1305.h"

#include "x86.h"

#if TV_X86

#include <string.h>

#include "bytes.h"
#include "poly1305_radix26.h"
#include "wipe.h"

#define STEP_BLOCKS 4
#define STEP_BYTES 64
#define STRAND_BYTES 128

struct strands {
	const uint8_t *text[LANES];
	const uint8_t *key[LANES];
	uint32_t length[LANES];
	/* Bytes of nothing before the text in its first steps. */
	uint32_t lead[LANES];
	/* Blocks of the message behind the strand. */
	uint32_t after[LANES];
	uint32_t steps;
	/* The first step in which no strand has a lead. */
	uint32_t first_full;
	/* Lanes to a message. */
	uint32_t split;
};

struct edge {
	uint8_t text[LANES][STEP_BYTES];
	int64_t high_bit[STEP_BLOCKS][LANES];
};

static const uint8_t nothing[POLY1305_KEY];

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t blocks_of(uint32_t length)
{
	return (length + POLY1305_BLOCK - 1) / POLY1305_BLOCK;
}

static void set_strand(struct strands *strands, uint32_t lane, const struct poly1305_job *job)
{
	uint32_t blocks = blocks_of(job->length);
	uint32_t per = (blocks + strands->split - 1) / strands->split;
	uint32_t begin = least(lane % strands->split * per, blocks);
	uint32_t end = least(begin + per, blocks);
	uint32_t from = least(begin * POLY1305_BLOCK, job->length);

	strands->text[lane] = job->text + from;
	strands->key[lane] = job->key;
	strands->length[lane] = least(end * POLY1305_BLOCK, job->length) - from;
	strands->after[lane] = blocks - end;
}

/* Steps are those of the longest strand; every other begins so late as to end with it. */
static void align(struct strands *strands)
{
	uint32_t most = 0;
	uint32_t lead = 0;

	for (uint32_t lane = 0; lane < LANES; lane++)
		if (strands->length[lane] > most)
			most = strands->length[lane];
	strands->steps = (most + STEP_BYTES - 1) / STEP_BYTES;
	for (uint32_t lane = 0; lane < LANES; lane++) {
		strands->lead[lane] = strands->steps * STEP_BYTES - blocks_of(strands->length[lane]) * POLY1305_BLOCK;
		if (strands->lead[lane] > lead)
			lead = strands->lead[lane];
	}
	strands->first_full = (lead + STEP_BYTES - 1) / STEP_BYTES;
}

static void plan(struct strands *strands, const struct poly1305_job *jobs, uint32_t count)
{
	static const struct poly1305_job none = { .text = nothing, .key = nothing };
	uint32_t most = 0;

	for (uint32_t i = 0; i < count; i++)
		if (jobs[i].length > most)
			most = jobs[i].length;
	strands->split = 1;
	while (count * strands->split * 2 <= LANES && most >= 2 * STRAND_BYTES * strands->split)
		strands->split *= 2;
	for (uint32_t lane = 0; lane < LANES; lane++)
		set_strand(strands, lane, lane / strands->split < count ? &jobs[lane / strands->split] : &none);
	align(strands);
}

INLINE __m256i load(const uint8_t *from)
{
	return _mm256_loadu_si256((const __m256i *)from);
}

/* Four blocks of each strand, from four places. */
INLINE struct limbs step(struct limbs h, const uint8_t *const at[LANES], const struct power *r, const __m256i *high_bit)
{
	__m256i v[LANES] = { load(at[0] + 32), load(at[1] + 32), load(at[2] + 32), load(at[3] + 32) };
	__m256i w[LANES] = { load(at[0]), load(at[1]), load(at[2]), load(at[3]) };
	struct limbs sums = limbs_zero();

	transpose(v);
	multiply_add(&sums, message(v[2], v[3], high_bit[3]), &r[0]);
	multiply_add(&sums, message(v[0], v[1], high_bit[2]), &r[1]);
	transpose(w);
	multiply_add(&sums, message(w[2], w[3], high_bit[1]), &r[2]);
	multiply_add(&sums, limbs_add(h, message(w[0], w[1], high_bit[0])), &r[3]);
	return carry(sums);
}

/* Bytes outside of the text are not touched, and an incomplete block gets its one. */
static void stage(struct edge *edge, const struct strands *strands, uint32_t lane, int64_t at)
{
	int64_t from = (int64_t)strands->lead[lane] - at;
	int64_t to = from + strands->length[lane];
	int64_t begin = from < 0 ? 0 : from > STEP_BYTES ? STEP_BYTES : from;
	int64_t end = to < 0 ? 0 : to > STEP_BYTES ? STEP_BYTES : to;

	memset(edge->text[lane], 0, STEP_BYTES);
	if (begin < end)
		memcpy(edge->text[lane] + begin, strands->text[lane] + (begin - from), (size_t)(end - begin));
	if (begin < end && end % POLY1305_BLOCK)
		edge->text[lane][end] = 1;
	for (int i = 0; i < STEP_BLOCKS; i++)
		edge->high_bit[i][lane] = begin <= 16 * i && 16 * i + 16 <= end ? HIGH_BIT : 0;
}

AVX2 static struct limbs absorb_edge(struct limbs h, const struct strands *strands, const struct power *r, uint32_t at)
{
	const uint8_t *from[LANES];
	__m256i high_bit[STEP_BLOCKS];
	struct edge edge;

	for (uint32_t lane = 0; lane < LANES; lane++) {
		stage(&edge, strands, lane, at);
		from[lane] = edge.text[lane];
	}
	for (int i = 0; i < STEP_BLOCKS; i++)
		high_bit[i] = load((const uint8_t *)edge.high_bit[i]);
	return step(h, from, r, high_bit);
}

AVX2 static struct limbs absorb(const struct strands *strands, const struct power r[STEP_BLOCKS])
{
	struct limbs h = limbs_zero();
	const __m256i one = _mm256_set1_epi64x(HIGH_BIT);
	const __m256i high_bit[STEP_BLOCKS] = { one, one, one, one };
	uint32_t i = 0;

	for (; i < strands->first_full && i < strands->steps; i++)
		h = absorb_edge(h, strands, r, i * STEP_BYTES);
	for (; i + 1 < strands->steps; i++) {
		const uint8_t *at[LANES];

		for (int lane = 0; lane < LANES; lane++)
			at[lane] = strands->text[lane] + (i * STEP_BYTES - strands->lead[lane]);
		h = step(h, at, r, high_bit);
	}
	if (i < strands->steps)
		h = absorb_edge(h, strands, r, i * STEP_BYTES);
	return h;
}

/* The strands of a message become one: each times r to the number of blocks behind it, and their sum. */
AVX2 static struct limbs join(struct limbs h, const struct strands *strands, const struct power *r)
{
	const uint32_t *n = strands->after;
	__m256i after = _mm256_setr_epi64x(n[0], n[1], n[2], n[3]);
	__m256i one = _mm256_set1_epi64x(1);
	struct power power = *r;

	while (!_mm256_testz_si256(after, after)) {
		__m256i odd = _mm256_cmpeq_epi64(_mm256_and_si256(after, one), one);

		h = limbs_select(odd, h, multiply(h, &power));
		power = power_of(multiply(power.r, &power));
		after = _mm256_srli_epi64(after, 1);
	}
	for (int i = 0; i < LIMBS; i++) {
		h.l[i] = _mm256_add_epi64(h.l[i], _mm256_permute4x64_epi64(h.l[i], 0xb1));
		if (strands->split > 2)
			h.l[i] = _mm256_add_epi64(h.l[i], _mm256_permute4x64_epi64(h.l[i], 0x4e));
	}
	return h;
}

/* One lane's: the representative below 2^130 - 5, plus s, modulo 2^128. Without a branch. */
static void finish(uint8_t *tag, uint64_t limb[LIMBS], const uint8_t *s)
{
	const uint64_t mask = (UINT64_C(1) << 26) - 1;
	uint64_t g[LIMBS], above, lo, hi;

	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < LIMBS - 1; i++) {
			limb[i + 1] += limb[i] >> 26;
			limb[i] &= mask;
		}
		limb[0] += 5 * (limb[4] >> 26);
		limb[4] &= mask;
	}
	limb[1] += limb[0] >> 26;
	limb[0] &= mask;
	above = 5;
	for (int i = 0; i < LIMBS; i++) {
		above += limb[i];
		g[i] = above & mask;
		above >>= 26;
	}
	for (int i = 0; i < LIMBS; i++)
		limb[i] ^= (limb[i] ^ g[i]) & (0 - above);
	lo = limb[0] | limb[1] << 26 | limb[2] << 52;
	hi = limb[2] >> 12 | limb[3] << 14 | limb[4] << 40;
	lo += load64(s);
	hi += load64(s + 8) + (lo < load64(s));
	store64(tag, lo);
	store64(tag + 8, hi);
}

AVX2 static void four(const struct poly1305_job *jobs, uint32_t count)
{
	struct strands strands;
	struct power r[STEP_BLOCKS];
	uint64_t limbs[LIMBS][LANES];
	struct limbs h;
	__m256i key[LANES];

	plan(&strands, jobs, count);
	for (int lane = 0; lane < LANES; lane++)
		key[lane] = load(strands.key[lane]);
	transpose(key);
	r[0] = power_of(clamp(key[0], key[1]));
	r[1] = power_of(multiply(r[0].r, &r[0]));
	r[2] = power_of(multiply(r[1].r, &r[0]));
	r[3] = power_of(multiply(r[1].r, &r[1]));
	h = absorb(&strands, r);
	if (strands.split > 1)
		h = join(h, &strands, &r[0]);
	for (int i = 0; i < LIMBS; i++)
		_mm256_storeu_si256((__m256i *)limbs[i], h.l[i]);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t lane = i * strands.split;
		uint64_t limb[LIMBS] = { limbs[0][lane], limbs[1][lane], limbs[2][lane], limbs[3][lane],
					 limbs[4][lane] };

		finish(jobs[i].tag, limb, jobs[i].key + 16);
	}
	wipe(key, sizeof key);
	wipe(r, sizeof r);
	wipe(limbs, sizeof limbs);
}

AVX2 void poly1305_avx2(const struct poly1305_job *jobs, size_t count)
{
	for (size_t i = 0; i < count; i += LANES)
		four(jobs + i, (uint32_t)(count - i < LANES ? count - i : LANES));
}

#endif
