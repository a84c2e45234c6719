/*
 * Strands: what each of eight lanes takes of up to eight messages. With more than four messages a strand is a message;
 * fewer are split over the lanes. All strands end in the same step.
 */
#ifndef TV_POLY1305_STRANDS_H
#define TV_POLY1305_STRANDS_H

#include <stddef.h>

#include "poly1305.h"
#include "poly1305_ifma.h"

#define STEP_BLOCKS 4
#define STEP_BYTES 64
/* Strands shorter than this are not worth the powers that join them. */
#define STRAND_BYTES 128

struct strands {
	/* Where step 0 of each would begin: its text less its lead, bytes of nothing before it in its first steps. */
	uint64_t origin[LANES];
	__m512i length;
	__m512i lead;
	/* Blocks of the message behind the strand, a multiple of four where there are any. */
	__m512i after;
	uint32_t steps;
	/* The first step in which no strand has a lead. */
	uint32_t first_full;
	/* Lanes whose last block is not whole: the last step is an edge for them. */
	__mmask8 partial;
	/* Lanes to a message, 1 << shift. */
	uint32_t split;
	uint32_t shift;
};

static const uint8_t nothing[POLY1305_KEY];

_Static_assert(sizeof(struct poly1305_job) == 4 * sizeof(uint64_t) && offsetof(struct poly1305_job, length) == 8 &&
		       offsetof(struct poly1305_job, key) == 16, "a job is read as four words");

INLINE __m512i set1(uint64_t value)
{
	return _mm512_set1_epi64((int64_t)value);
}

INLINE __m512i blocks_of(__m512i length)
{
	return _mm512_srli_epi64(_mm512_add_epi64(length, set1(POLY1305_BLOCK - 1)), 4);
}

/* Messages that leave lanes idle are split, the longest into strands no shorter than is worth it. */
static void choose_split(struct strands *strands, const struct poly1305_job *jobs, uint32_t count)
{
	uint32_t most = 0;

	strands->shift = 0;
	for (uint32_t i = 0; i < count && count <= LANES / 2; i++)
		most = jobs[i].length > most ? jobs[i].length : most;
	while (count << (strands->shift + 1) <= LANES && most >> strands->shift >= 2 * STRAND_BYTES)
		strands->shift++;
	strands->split = 1u << strands->shift;
}

INLINE __m512i two_texts(const uint8_t *a, const uint8_t *b)
{
	return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)a)),
				  _mm256_loadu_si256((const __m256i *)b), 1);
}

/* Eight rows of four words become four columns. */
INLINE void columns(__m512i column[4], const uint8_t *const rows[LANES])
{
	const __m512i lower = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
	const __m512i upper = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
	__m512i ab = two_texts(rows[0], rows[4]), cd = two_texts(rows[1], rows[5]);
	__m512i ef = two_texts(rows[2], rows[6]), gh = two_texts(rows[3], rows[7]);
	__m512i a = _mm512_unpacklo_epi64(ab, cd);
	__m512i b = _mm512_unpackhi_epi64(ab, cd);
	__m512i c = _mm512_unpacklo_epi64(ef, gh);
	__m512i d = _mm512_unpackhi_epi64(ef, gh);

	column[0] = _mm512_permutex2var_epi64(a, lower, c);
	column[1] = _mm512_permutex2var_epi64(b, lower, d);
	column[2] = _mm512_permutex2var_epi64(a, upper, c);
	column[3] = _mm512_permutex2var_epi64(b, upper, d);
}

/* Steps are those of the longest strand; every other begins so late as to end with it. */
AVX512 static void align(struct strands *strands, __m512i text)
{
	__m512i blocks = blocks_of(strands->length);

	strands->steps = (uint32_t)(_mm512_reduce_max_epu64(blocks) + STEP_BLOCKS - 1) / STEP_BLOCKS;
	strands->lead = _mm512_sub_epi64(set1((uint64_t)strands->steps * STEP_BYTES), _mm512_slli_epi64(blocks, 4));
	strands->first_full = (uint32_t)(_mm512_reduce_max_epu64(strands->lead) + STEP_BYTES - 1) / STEP_BYTES;
	strands->partial = _mm512_test_epi64_mask(strands->length, set1(POLY1305_BLOCK - 1));
	_mm512_storeu_si512(strands->origin, _mm512_sub_epi64(text, strands->lead));
}

/*
 * A message that is split is split in whole steps from its end, so that what is behind a strand is a multiple of four
 * blocks; the first strand takes the rest.
 */
AVX512 static __m512i split(struct strands *strands, __m512i length)
{
	__m512i behind = _mm512_andnot_si512(_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), set1(strands->split - 1));
	__m512i blocks = blocks_of(length);
	__m512i per, begin, end;

	per = _mm512_add_epi64(blocks, set1(strands->split - 1));
	per = _mm512_srl_epi64(per, _mm_cvtsi32_si128((int)strands->shift));
	per = _mm512_and_si512(_mm512_add_epi64(per, set1(STEP_BLOCKS - 1)), set1(~UINT64_C(3)));
	strands->after = _mm512_min_epu64(_mm512_mul_epu32(behind, per), blocks);
	end = _mm512_sub_epi64(blocks, strands->after);
	begin = _mm512_sub_epi64(end, _mm512_min_epu64(per, end));
	begin = _mm512_min_epu64(_mm512_slli_epi64(begin, 4), length);
	end = _mm512_min_epu64(_mm512_slli_epi64(end, 4), length);
	strands->length = _mm512_sub_epi64(end, begin);
	return begin;
}

/* Strands, and the words of their keys: r in key[0] and key[1], s in key[2] and key[3]. A lane without a job has none. */
AVX512 static void plan(struct strands *strands, __m512i key[4], const struct poly1305_job *jobs, uint32_t count)
{
	static const struct poly1305_job none = { .text = nothing, .key = nothing };
	const uint8_t *rows[LANES];
	__m512i field[4];
	__m512i length, begin = _mm512_setzero_si512();

	choose_split(strands, jobs, count);
	for (uint32_t lane = 0; lane < LANES; lane++) {
		uint32_t job = lane >> strands->shift;

		rows[lane] = (const uint8_t *)(job < count ? &jobs[job] : &none);
	}
	columns(field, rows);
	length = _mm512_and_si512(field[1], set1(UINT32_MAX));
	strands->length = length;
	if (strands->shift)
		begin = split(strands, length);
	align(strands, _mm512_add_epi64(field[0], begin));
	_mm512_storeu_si512(rows, field[2]);
	columns(key, rows);
}

#endif
