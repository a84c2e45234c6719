/* Arithmetic modulo 2^130 - 5 in eight lanes: limbs of 44, 44 and 42 bits, loose by a fraction that no sum sees. */
#ifndef TV_POLY1305_IFMA_H
#define TV_POLY1305_IFMA_H

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi2")))
#define INLINE static inline __attribute__((always_inline)) AVX512

#define LANES 8
#define HIGH_BIT (INT64_C(1) << 40)
#define MASK44 _mm512_set1_epi64((INT64_C(1) << 44) - 1)
#define MASK42 _mm512_set1_epi64((INT64_C(1) << 42) - 1)

struct limbs {
	__m512i l[3];
};

/* A power of r, and 20 times its upper limbs: a product of limbs that reaches 2^132 comes back as 4 * 5 times it. */
struct power {
	struct limbs r;
	__m512i s1, s2;
};

/* Lower and upper 52 bits of products, summed by weight; twelve of each stay below 2^56. */
struct sums {
	__m512i lo[3];
	__m512i hi[3];
};

INLINE struct limbs limbs_zero(void)
{
	__m512i zero = _mm512_setzero_si512();

	return (struct limbs){ { zero, zero, zero } };
}

INLINE struct limbs limbs_add(struct limbs a, struct limbs b)
{
	return (struct limbs){ { _mm512_add_epi64(a.l[0], b.l[0]), _mm512_add_epi64(a.l[1], b.l[1]),
				 _mm512_add_epi64(a.l[2], b.l[2]) } };
}

INLINE struct limbs limbs_select(__mmask8 which, struct limbs a, struct limbs b)
{
	return (struct limbs){ { _mm512_mask_mov_epi64(a.l[0], which, b.l[0]),
				 _mm512_mask_mov_epi64(a.l[1], which, b.l[1]),
				 _mm512_mask_mov_epi64(a.l[2], which, b.l[2]) } };
}

INLINE struct limbs limbs_swap1(struct limbs a)
{
	return (struct limbs){ { _mm512_permutex_epi64(a.l[0], 0xb1), _mm512_permutex_epi64(a.l[1], 0xb1),
				 _mm512_permutex_epi64(a.l[2], 0xb1) } };
}

INLINE struct limbs limbs_swap2(struct limbs a)
{
	return (struct limbs){ { _mm512_permutex_epi64(a.l[0], 0x4e), _mm512_permutex_epi64(a.l[1], 0x4e),
				 _mm512_permutex_epi64(a.l[2], 0x4e) } };
}

INLINE struct limbs limbs_swap4(struct limbs a)
{
	return (struct limbs){ { _mm512_shuffle_i64x2(a.l[0], a.l[0], 0x4e),
				 _mm512_shuffle_i64x2(a.l[1], a.l[1], 0x4e),
				 _mm512_shuffle_i64x2(a.l[2], a.l[2], 0x4e) } };
}

INLINE struct sums sums_zero(void)
{
	__m512i zero = _mm512_setzero_si512();

	return (struct sums){ { zero, zero, zero }, { zero, zero, zero } };
}

INLINE void product(struct sums *sums, int weight, __m512i a, __m512i b)
{
	sums->lo[weight] = _mm512_madd52lo_epu64(sums->lo[weight], a, b);
	sums->hi[weight] = _mm512_madd52hi_epu64(sums->hi[weight], a, b);
}

INLINE void multiply_add(struct sums *sums, struct limbs a, const struct power *b)
{
	product(sums, 0, a.l[0], b->r.l[0]);
	product(sums, 1, a.l[0], b->r.l[1]);
	product(sums, 2, a.l[0], b->r.l[2]);
	product(sums, 0, a.l[1], b->s2);
	product(sums, 1, a.l[1], b->r.l[0]);
	product(sums, 2, a.l[1], b->r.l[1]);
	product(sums, 0, a.l[2], b->s1);
	product(sums, 1, a.l[2], b->s2);
	product(sums, 2, a.l[2], b->r.l[0]);
}

/*
 * The upper half of a product has the weight 2^52, which is 2^8 times that of the next limb; of the last, 2^10 times
 * 2^130. The multiplier shifts and adds at once: upper sums are below 2^42, 2^38 and 2^39.
 */
INLINE struct limbs carry(struct sums sums)
{
	const __m512i next = _mm512_set1_epi64(1 << 8);
	__m512i l0 = _mm512_madd52lo_epu64(sums.lo[0], sums.hi[2], _mm512_set1_epi64(5 << 10));
	__m512i l1 = _mm512_madd52lo_epu64(sums.lo[1], sums.hi[0], next);
	__m512i l2 = _mm512_madd52lo_epu64(sums.lo[2], sums.hi[1], next);
	__m512i c0 = _mm512_srli_epi64(l0, 44);
	__m512i c1 = _mm512_srli_epi64(l1, 44);
	__m512i c2 = _mm512_srli_epi64(l2, 42);

	return (struct limbs){ { _mm512_madd52lo_epu64(_mm512_and_si512(l0, MASK44), c2, _mm512_set1_epi64(5)),
				 _mm512_add_epi64(_mm512_and_si512(l1, MASK44), c0),
				 _mm512_add_epi64(_mm512_and_si512(l2, MASK42), c1) } };
}

INLINE struct limbs multiply(struct limbs a, const struct power *b)
{
	struct sums sums = sums_zero();

	multiply_add(&sums, a, b);
	return carry(sums);
}

INLINE __m512i times20(__m512i a)
{
	return _mm512_add_epi64(_mm512_slli_epi64(a, 4), _mm512_slli_epi64(a, 2));
}

INLINE struct power power_of(struct limbs r)
{
	return (struct power){ r, times20(r.l[1]), times20(r.l[2]) };
}

INLINE struct limbs message(__m512i lo, __m512i hi, __m512i high_bit)
{
	__m512i middle = _mm512_shrdi_epi64(lo, hi, 44);

	return (struct limbs){ { _mm512_and_si512(lo, MASK44), _mm512_and_si512(middle, MASK44),
				 _mm512_or_si512(_mm512_srli_epi64(hi, 24), high_bit) } };
}

INLINE struct limbs clamp(__m512i lo, __m512i hi)
{
	return message(_mm512_and_si512(lo, _mm512_set1_epi64(INT64_C(0x0ffffffc0fffffff))),
		       _mm512_and_si512(hi, _mm512_set1_epi64(INT64_C(0x0ffffffc0ffffffc))), _mm512_setzero_si512());
}

/*
 * Two blocks of eight texts become the lower halves of each block and the upper. a holds those of texts 0 and 2, b of 1
 * and 3, c of 4 and 6, d of 5 and 7: then the lanes come out in order.
 */
INLINE void transpose(__m512i lo[2], __m512i hi[2], __m512i a, __m512i b, __m512i c, __m512i d)
{
	__m512i ab_lo = _mm512_unpacklo_epi64(a, b);
	__m512i ab_hi = _mm512_unpackhi_epi64(a, b);
	__m512i cd_lo = _mm512_unpacklo_epi64(c, d);
	__m512i cd_hi = _mm512_unpackhi_epi64(c, d);

	lo[0] = _mm512_shuffle_i64x2(ab_lo, cd_lo, 0x88);
	lo[1] = _mm512_shuffle_i64x2(ab_lo, cd_lo, 0xdd);
	hi[0] = _mm512_shuffle_i64x2(ab_hi, cd_hi, 0x88);
	hi[1] = _mm512_shuffle_i64x2(ab_hi, cd_hi, 0xdd);
}

/* Limbs within their bits: the second time, what wraps around is so little that it goes no further. */
INLINE struct limbs settle(struct limbs h)
{
	__m512i above;

	for (int i = 0; i < 2; i++) {
		h.l[1] = _mm512_add_epi64(h.l[1], _mm512_srli_epi64(h.l[0], 44));
		h.l[0] = _mm512_and_si512(h.l[0], MASK44);
		h.l[2] = _mm512_add_epi64(h.l[2], _mm512_srli_epi64(h.l[1], 44));
		h.l[1] = _mm512_and_si512(h.l[1], MASK44);
		above = _mm512_srli_epi64(h.l[2], 42);
		h.l[2] = _mm512_and_si512(h.l[2], MASK42);
		h.l[0] = _mm512_madd52lo_epu64(h.l[0], above, _mm512_set1_epi64(5));
	}
	return h;
}

/* The one representative below 2^130 - 5, plus s, modulo 2^128. */
INLINE void finish(struct limbs h, __m512i s0, __m512i s1, uint64_t tags[2][LANES])
{
	const __m512i five = _mm512_set1_epi64(5);
	__m512i g0, g1, g2, lo, hi;
	__mmask8 over, wrap;

	h = settle(h);
	g0 = _mm512_add_epi64(h.l[0], five);
	g1 = _mm512_add_epi64(h.l[1], _mm512_srli_epi64(g0, 44));
	g2 = _mm512_add_epi64(h.l[2], _mm512_srli_epi64(g1, 44));
	over = _mm512_test_epi64_mask(g2, _mm512_set1_epi64(INT64_C(1) << 42));
	h = limbs_select(over, h, (struct limbs){ { _mm512_and_si512(g0, MASK44), _mm512_and_si512(g1, MASK44),
						    _mm512_and_si512(g2, MASK42) } });
	lo = _mm512_or_si512(h.l[0], _mm512_slli_epi64(h.l[1], 44));
	hi = _mm512_or_si512(_mm512_srli_epi64(h.l[1], 20), _mm512_slli_epi64(h.l[2], 24));
	lo = _mm512_add_epi64(lo, s0);
	wrap = _mm512_cmplt_epu64_mask(lo, s0);
	hi = _mm512_add_epi64(hi, s1);
	hi = _mm512_mask_add_epi64(hi, wrap, hi, _mm512_set1_epi64(1));
	_mm512_storeu_si512(tags[0], lo);
	_mm512_storeu_si512(tags[1], hi);
}

#endif
