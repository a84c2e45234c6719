/*
 * Poly1305 in eight lanes of 64 bits, with the 52-bit multiplier. A lane is a strand: a whole message when eight are at
 * hand, otherwise a stretch of one. All strands of a group end in the same step, the shorter ones begin later: zero
 * blocks before the first leave the accumulator zero. A step takes four blocks of each strand,
 * h = (h + m0) r^4 + m1 r^3 + m2 r^2 + m3 r, so that one reduction serves 512 bytes: 146 operations on two ports, 73
 * cycles at the least and 77 as measured, 23 GB/s; 17 GB/s with all that begins and ends at 1,420 bytes.
 */
#include "poly1305.h"

#include "x86.h"

#if TV_X86

#include "bytes.h"
#include "poly1305_ifma.h"
#include "wipe.h"

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
	/* Lanes to a message, 1 << shift. */
	uint32_t split;
	uint32_t shift;
};

static const uint8_t nothing[STEP_BYTES];

INLINE __m512i set1(uint64_t value)
{
	return _mm512_set1_epi64((int64_t)value);
}

INLINE __m512i blocks_of(__m512i length)
{
	return _mm512_srli_epi64(_mm512_add_epi64(length, set1(POLY1305_BLOCK - 1)), 4);
}

static void choose_split(struct strands *strands, const struct poly1305_job *jobs, uint32_t count)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < count; i++)
		most = jobs[i].length > most ? jobs[i].length : most;
	strands->shift = 0;
	while (count << (strands->shift + 1) <= LANES && most >> strands->shift >= 2 * STRAND_BYTES)
		strands->shift++;
	strands->split = 1u << strands->shift;
}

/* Steps are those of the longest strand; every other begins so late as to end with it. */
AVX512 static void align(struct strands *strands, __m512i text)
{
	__m512i blocks = blocks_of(strands->length);

	strands->steps = (uint32_t)(_mm512_reduce_max_epu64(blocks) + STEP_BLOCKS - 1) / STEP_BLOCKS;
	strands->lead = _mm512_sub_epi64(set1((uint64_t)strands->steps * STEP_BYTES), _mm512_slli_epi64(blocks, 4));
	strands->first_full = (uint32_t)(_mm512_reduce_max_epu64(strands->lead) + STEP_BYTES - 1) / STEP_BYTES;
	_mm512_storeu_si512(strands->origin, _mm512_sub_epi64(text, strands->lead));
}

/*
 * A message that is split is split in whole steps from its end, so that what is behind a strand is a multiple of four
 * blocks; the first strand takes the rest.
 */
AVX512 static void plan(struct strands *strands, const struct poly1305_job *jobs, uint32_t count)
{
	__m512i behind = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
	__m512i length, blocks, per, begin, end;
	uint64_t texts[LANES];
	uint64_t lengths[LANES];

	choose_split(strands, jobs, count);
	for (uint32_t lane = 0; lane < LANES; lane++) {
		uint32_t job = lane >> strands->shift;

		texts[lane] = (uint64_t)(uintptr_t)(job < count ? jobs[job].text : nothing);
		lengths[lane] = job < count ? jobs[job].length : 0;
	}
	length = _mm512_loadu_si512(lengths);
	blocks = blocks_of(length);
	behind = _mm512_andnot_si512(behind, set1(strands->split - 1));
	per = _mm512_add_epi64(blocks, set1(strands->split - 1));
	per = _mm512_srl_epi64(per, _mm_cvtsi32_si128((int)strands->shift));
	per = _mm512_and_si512(_mm512_add_epi64(per, set1(STEP_BLOCKS - 1)), set1(~UINT64_C(3)));
	strands->after = _mm512_min_epu64(_mm512_mul_epu32(behind, per), blocks);
	end = _mm512_sub_epi64(blocks, strands->after);
	begin = _mm512_sub_epi64(end, _mm512_min_epu64(per, end));
	begin = _mm512_min_epu64(_mm512_slli_epi64(begin, 4), length);
	end = _mm512_min_epu64(_mm512_slli_epi64(end, 4), length);
	strands->length = _mm512_sub_epi64(end, begin);
	align(strands, _mm512_add_epi64(_mm512_loadu_si512(texts), begin));
}

INLINE __m512i two_texts(const uint8_t *a, const uint8_t *b)
{
	return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)a)),
				  _mm256_loadu_si256((const __m256i *)b), 1);
}

/* The words of eight keys: r in key[0] and key[1], s in key[2] and key[3]. */
AVX512 static void load_keys(__m512i key[4], const struct strands *strands, const struct poly1305_job *jobs,
			     uint32_t count)
{
	const __m512i lower = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
	const __m512i upper = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
	const uint8_t *from[LANES];
	__m512i pair[4], a, b, c, d;

	for (uint32_t lane = 0; lane < LANES; lane++)
		from[lane] = lane >> strands->shift < count ? jobs[lane >> strands->shift].key : nothing;
	for (int i = 0; i < 4; i++)
		pair[i] = two_texts(from[i], from[i + 4]);
	a = _mm512_unpacklo_epi64(pair[0], pair[1]);
	b = _mm512_unpackhi_epi64(pair[0], pair[1]);
	c = _mm512_unpacklo_epi64(pair[2], pair[3]);
	d = _mm512_unpackhi_epi64(pair[2], pair[3]);
	key[0] = _mm512_permutex2var_epi64(a, lower, c);
	key[1] = _mm512_permutex2var_epi64(b, lower, d);
	key[2] = _mm512_permutex2var_epi64(a, upper, c);
	key[3] = _mm512_permutex2var_epi64(b, upper, d);
}

INLINE __m512i pair(const uint64_t at[LANES], int lane, uint64_t offset)
{
	return two_texts((const uint8_t *)(uintptr_t)(at[lane] + offset),
			 (const uint8_t *)(uintptr_t)(at[lane + 2] + offset));
}

/* Two blocks of each strand. Halves joined as they are loaded take either port, where a shuffle takes port 5. */
INLINE void load_two(__m512i lo[2], __m512i hi[2], const uint64_t at[LANES], uint64_t offset)
{
	transpose(lo, hi, pair(at, 0, offset), pair(at, 1, offset), pair(at, 4, offset), pair(at, 5, offset));
}

/* Where a strand's step begins, before its text if it has not begun. */
INLINE const uint8_t *place(const struct strands *strands, int lane, uint64_t at)
{
	return (const uint8_t *)(uintptr_t)(strands->origin[lane] + at);
}

struct edge {
	uint8_t text[LANES][STEP_BYTES];
	__m512i high_bit[STEP_BLOCKS];
};

INLINE __m512i bits_below(__m512i n)
{
	const __m512i ones = _mm512_set1_epi64(-1);

	return _mm512_andnot_si512(_mm512_sllv_epi64(ones, _mm512_max_epi64(n, _mm512_setzero_si512())), ones);
}

/* A step where strands begin or end: bytes outside are not touched, an incomplete block gets its one. */
AVX512 static void stage_edge(struct edge *edge, const struct strands *strands, uint64_t at)
{
	__m512i from = _mm512_sub_epi64(strands->lead, set1(at));
	__m512i to = _mm512_add_epi64(from, strands->length);
	__m512i mask = _mm512_andnot_si512(bits_below(from), bits_below(to));
	__mmask8 partial = _mm512_test_epi64_mask(strands->length, set1(15)) & _mm512_test_epi64_mask(mask, mask);
	uint64_t masks[LANES];
	uint64_t ones[LANES];

	_mm512_storeu_si512(masks, mask);
	_mm512_storeu_si512(ones, _mm512_maskz_sllv_epi64(partial, set1(1), to));
	for (int lane = 0; lane < LANES; lane++) {
		const uint8_t *text = masks[lane] ? place(strands, lane, at) : nothing;
		__m512i v = _mm512_maskz_loadu_epi8(masks[lane], text);

		_mm512_storeu_si512(edge->text[lane], _mm512_mask_blend_epi8(ones[lane], v, _mm512_set1_epi8(1)));
	}
	for (int i = 0; i < STEP_BLOCKS; i++) {
		__mmask8 whole = _mm512_test_epi64_mask(mask, set1(UINT64_C(0x8000) << (16 * i)));

		edge->high_bit[i] = _mm512_maskz_set1_epi64(whole, HIGH_BIT);
	}
}

INLINE struct limbs step(struct limbs h, const uint64_t at[LANES], uint64_t offset, const struct power r[STEP_BLOCKS],
			 const __m512i *high_bit)
{
	struct sums sums = sums_zero();
	__m512i lo[2], hi[2];

	load_two(lo, hi, at, offset + 2 * POLY1305_BLOCK);
	multiply_add(&sums, message(lo[1], hi[1], high_bit[3]), &r[0]);
	multiply_add(&sums, message(lo[0], hi[0], high_bit[2]), &r[1]);
	load_two(lo, hi, at, offset);
	multiply_add(&sums, message(lo[1], hi[1], high_bit[1]), &r[2]);
	multiply_add(&sums, limbs_add(h, message(lo[0], hi[0], high_bit[0])), &r[3]);
	return carry(sums);
}

AVX512 static struct limbs absorb_edge(struct limbs h, const struct strands *strands, const struct power *r,
				       uint64_t at)
{
	struct edge edge;
	uint64_t from[LANES];

	stage_edge(&edge, strands, at);
	for (int lane = 0; lane < LANES; lane++)
		from[lane] = (uint64_t)(uintptr_t)edge.text[lane];
	return step(h, from, 0, r, edge.high_bit);
}

AVX512 static struct limbs absorb(const struct strands *strands, const struct power r[STEP_BLOCKS])
{
	struct limbs h = limbs_zero();
	__m512i high_bit[STEP_BLOCKS];
	uint32_t i = 0;

	for (int k = 0; k < STEP_BLOCKS; k++)
		high_bit[k] = _mm512_set1_epi64(HIGH_BIT);
	for (; i < strands->first_full && i < strands->steps; i++)
		h = absorb_edge(h, strands, r, (uint64_t)i * STEP_BYTES);
	for (; i + 1 < strands->steps; i++)
		h = step(h, strands->origin, (uint64_t)i * STEP_BYTES, r, high_bit);
	if (i < strands->steps)
		h = absorb_edge(h, strands, r, (uint64_t)i * STEP_BYTES);
	return h;
}

/* The strands of a message become one: each times r to the number of blocks behind it, and their sum. */
AVX512 static struct limbs join(struct limbs h, const struct strands *strands, const struct power *r4)
{
	__m512i exponent = _mm512_srli_epi64(strands->after, 2);
	struct power power = *r4;

	while (_mm512_test_epi64_mask(exponent, exponent)) {
		__mmask8 odd = _mm512_test_epi64_mask(exponent, set1(1));

		h = limbs_select(odd, h, multiply(h, &power));
		power = power_of(multiply(power.r, &power));
		exponent = _mm512_srli_epi64(exponent, 1);
	}
	h = limbs_add(h, limbs_swap1(h));
	if (strands->split > 2)
		h = limbs_add(h, limbs_swap2(h));
	if (strands->split > 4)
		h = limbs_add(h, limbs_swap4(h));
	return h;
}

AVX512 static void eight(const struct poly1305_job *jobs, uint32_t count)
{
	struct strands strands;
	struct power r[STEP_BLOCKS];
	__m512i key[4];
	struct limbs h;
	uint64_t tags[2][LANES];

	plan(&strands, jobs, count);
	load_keys(key, &strands, jobs, count);
	r[0] = power_of(clamp(key[0], key[1]));
	r[1] = power_of(multiply(r[0].r, &r[0]));
	r[2] = power_of(multiply(r[1].r, &r[0]));
	r[3] = power_of(multiply(r[1].r, &r[1]));
	h = absorb(&strands, r);
	if (strands.split > 1)
		h = join(h, &strands, &r[3]);
	finish(h, key[2], key[3], tags);
	for (uint32_t i = 0; i < count; i++) {
		store64(jobs[i].tag, tags[0][i * strands.split]);
		store64(jobs[i].tag + 8, tags[1][i * strands.split]);
	}
	wipe(tags, sizeof tags);
	wipe(key, sizeof key);
	wipe(r, sizeof r);
}

AVX512 void poly1305_avx512(const struct poly1305_job *jobs, size_t count)
{
	for (size_t i = 0; i < count; i += LANES)
		eight(jobs + i, (uint32_t)(count - i < LANES ? count - i : LANES));
}

#endif
