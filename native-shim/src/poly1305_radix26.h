/* Arithmetic modulo 2^130 - 5 in four lanes: five limbs of 26 bits, loose by one when added. */
#ifndef TV_POLY1305_RADIX26_H
#define TV_POLY1305_RADIX26_H

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) AVX2

#define LANES 4
#define LIMBS 5
#define HIGH_BIT (INT64_C(1) << 24)
#define MASK26 _mm256_set1_epi64x((INT64_C(1) << 26) - 1)

struct limbs {
	__m256i l[LIMBS];
};

/* A power of r, and 5 times its upper limbs for products that reach 2^130. */
struct power {
	struct limbs r;
	struct limbs s;
};

INLINE __m256i times5(__m256i a)
{
	return _mm256_add_epi64(a, _mm256_slli_epi64(a, 2));
}

INLINE __m256i above26(__m256i a)
{
	return _mm256_srli_epi64(a, 26);
}

INLINE struct limbs limbs_zero(void)
{
	__m256i zero = _mm256_setzero_si256();

	return (struct limbs){ { zero, zero, zero, zero, zero } };
}

INLINE struct limbs limbs_add(struct limbs a, struct limbs b)
{
	return (struct limbs){ { _mm256_add_epi64(a.l[0], b.l[0]), _mm256_add_epi64(a.l[1], b.l[1]),
				 _mm256_add_epi64(a.l[2], b.l[2]), _mm256_add_epi64(a.l[3], b.l[3]),
				 _mm256_add_epi64(a.l[4], b.l[4]) } };
}

/* Limbs of b where a lane of which is all ones. */
INLINE struct limbs limbs_select(__m256i which, struct limbs a, struct limbs b)
{
	for (int i = 0; i < LIMBS; i++)
		a.l[i] = _mm256_blendv_epi8(a.l[i], b.l[i], which);
	return a;
}

/* gcc takes a sum of products apart to regroup it, and runs out of registers: 1.3 times the cycles without this. */
INLINE __m256i as_written(__m256i sum)
{
#if !defined(__clang__)
	__asm__("" : "+x"(sum));
#endif
	return sum;
}

INLINE __m256i product(__m256i sum, __m256i a, __m256i b)
{
	return as_written(_mm256_add_epi64(sum, _mm256_mul_epu32(a, b)));
}

/* One limb of a times the limbs of b in the order of the weights they reach. */
INLINE void row(struct limbs *sums, __m256i a, __m256i b0, __m256i b1, __m256i b2, __m256i b3, __m256i b4)
{
	sums->l[0] = product(sums->l[0], a, b0);
	sums->l[1] = product(sums->l[1], a, b1);
	sums->l[2] = product(sums->l[2], a, b2);
	sums->l[3] = product(sums->l[3], a, b3);
	sums->l[4] = product(sums->l[4], a, b4);
}

/* A product is below 2^56, and a sum of twenty below 2^61. */
INLINE void multiply_add(struct limbs *sums, struct limbs a, const struct power *b)
{
	const __m256i *r = b->r.l;
	const __m256i *s = b->s.l;

	row(sums, a.l[0], r[0], r[1], r[2], r[3], r[4]);
	row(sums, a.l[1], s[4], r[0], r[1], r[2], r[3]);
	row(sums, a.l[2], s[3], s[4], r[0], r[1], r[2]);
	row(sums, a.l[3], s[2], s[3], s[4], r[0], r[1]);
	row(sums, a.l[4], s[1], s[2], s[3], s[4], r[0]);
}

/* Two chains at a time, 0 1 2 and 3 4 0, then what is left of each. */
INLINE struct limbs carry(struct limbs a)
{
	const __m256i mask = MASK26;

	a.l[1] = _mm256_add_epi64(a.l[1], above26(a.l[0]));
	a.l[4] = _mm256_add_epi64(a.l[4], above26(a.l[3]));
	a.l[0] = _mm256_and_si256(a.l[0], mask);
	a.l[3] = _mm256_and_si256(a.l[3], mask);
	a.l[2] = _mm256_add_epi64(a.l[2], above26(a.l[1]));
	a.l[0] = _mm256_add_epi64(a.l[0], times5(above26(a.l[4])));
	a.l[1] = _mm256_and_si256(a.l[1], mask);
	a.l[4] = _mm256_and_si256(a.l[4], mask);
	a.l[3] = _mm256_add_epi64(a.l[3], above26(a.l[2]));
	a.l[1] = _mm256_add_epi64(a.l[1], above26(a.l[0]));
	a.l[2] = _mm256_and_si256(a.l[2], mask);
	a.l[0] = _mm256_and_si256(a.l[0], mask);
	a.l[4] = _mm256_add_epi64(a.l[4], above26(a.l[3]));
	a.l[3] = _mm256_and_si256(a.l[3], mask);
	a.l[2] = _mm256_add_epi64(a.l[2], above26(a.l[1]));
	a.l[1] = _mm256_and_si256(a.l[1], mask);
	return a;
}

INLINE struct limbs multiply(struct limbs a, const struct power *b)
{
	struct limbs sums = limbs_zero();

	multiply_add(&sums, a, b);
	return carry(sums);
}

INLINE struct power power_of(struct limbs r)
{
	return (struct power){ r, { { times5(r.l[0]), times5(r.l[1]), times5(r.l[2]), times5(r.l[3]),
				      times5(r.l[4]) } } };
}

INLINE struct limbs message(__m256i lo, __m256i hi, __m256i high_bit)
{
	__m256i middle = _mm256_or_si256(_mm256_srli_epi64(lo, 52), _mm256_slli_epi64(hi, 12));

	return (struct limbs){ { _mm256_and_si256(lo, MASK26), _mm256_and_si256(above26(lo), MASK26),
				 _mm256_and_si256(middle, MASK26),
				 _mm256_and_si256(_mm256_srli_epi64(hi, 14), MASK26),
				 _mm256_or_si256(_mm256_srli_epi64(hi, 40), high_bit) } };
}

INLINE struct limbs clamp(__m256i lo, __m256i hi)
{
	return message(_mm256_and_si256(lo, _mm256_set1_epi64x(INT64_C(0x0ffffffc0fffffff))),
		       _mm256_and_si256(hi, _mm256_set1_epi64x(INT64_C(0x0ffffffc0ffffffc))), _mm256_setzero_si256());
}

/* Four texts of two blocks become the lower halves of each block, v[0] and v[2], and the upper, v[1] and v[3]. */
INLINE void transpose(__m256i v[LANES])
{
	__m256i a = _mm256_unpacklo_epi64(v[0], v[1]);
	__m256i b = _mm256_unpackhi_epi64(v[0], v[1]);
	__m256i c = _mm256_unpacklo_epi64(v[2], v[3]);
	__m256i d = _mm256_unpackhi_epi64(v[2], v[3]);

	v[0] = _mm256_permute2x128_si256(a, c, 0x20);
	v[1] = _mm256_permute2x128_si256(b, d, 0x20);
	v[2] = _mm256_permute2x128_si256(a, c, 0x31);
	v[3] = _mm256_permute2x128_si256(b, d, 0x31);
}

#endif
