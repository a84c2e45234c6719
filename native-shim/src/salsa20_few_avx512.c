/*
 * The first blocks of keystream of one packet. Four blocks share four registers, a quarter each, and a register holds a
 * diagonal of their matrices: twenty rounds of 13 instructions that wait for one another are 260 cycles for four blocks
 * or eight, where sixteen lanes take 600 whether they are used or not.
 */
#include "salsa20.h"

#include "x86.h"

#if TV_X86

#include <immintrin.h>

#include "bytes.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define INLINE static inline __attribute__((always_inline)) AVX512

/* Words 0 5 10 15, 4 9 14 3, 8 13 2 7 and 12 1 6 11 of each block: what a column has is in one place of each. */
struct blocks {
	__m512i a, b, c, d;
};

INLINE __m512i step(__m512i x, __m512i y, __m512i z, int n)
{
	return _mm512_xor_si512(x, _mm512_rolv_epi32(_mm512_add_epi32(y, z), _mm512_set1_epi32(n)));
}

/* Of columns, then of rows: after each, b and d change roles, and turn so that the other's are in one place. */
INLINE struct blocks round_of(struct blocks x)
{
	x.b = step(x.b, x.a, x.d, 7);
	x.c = step(x.c, x.b, x.a, 9);
	x.d = step(x.d, x.c, x.b, 13);
	x.a = step(x.a, x.d, x.c, 18);
	return (struct blocks){ x.a, _mm512_shuffle_epi32(x.d, _MM_PERM_ADCB), _mm512_shuffle_epi32(x.c, _MM_PERM_BADC),
				_mm512_shuffle_epi32(x.b, _MM_PERM_CBAD) };
}

/* Constants are words 0, 5, 10 and 15; the key 1 to 4 and 11 to 14; the nonce 6 and 7; the number of the block 8 and 9. */
INLINE struct blocks begin(const uint8_t key[SALSA20_KEY], uint64_t nonce, int number)
{
	const __m512i numbers = _mm512_setr_epi32(number, 0, 0, 0, number + 1, 0, 0, 0, number + 2, 0, 0, 0, number + 3, 0, 0, 0);
	int k[8];

	for (int i = 0; i < 8; i++)
		k[i] = (int)load32(key + 4 * i);
	return (struct blocks){
		_mm512_broadcast_i32x4(_mm_setr_epi32(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574)),
		_mm512_broadcast_i32x4(_mm_setr_epi32(k[3], 0, k[7], k[2])),
		_mm512_or_si512(numbers, _mm512_broadcast_i32x4(_mm_setr_epi32(0, k[6], k[1], (int)(nonce >> 32)))),
		_mm512_broadcast_i32x4(_mm_setr_epi32(k[5], k[0], (int)(uint32_t)nonce, k[4])),
	};
}

/* Four words in order, one of each diagonal. */
INLINE __m512i row(__m512i first, __m512i second, __m512i third, __m512i fourth)
{
	return _mm512_mask_blend_epi32(0xcccc, _mm512_mask_blend_epi32(0x2222, first, second),
				       _mm512_mask_blend_epi32(0x8888, third, fourth));
}

/* Adds what the rounds began with, and writes the blocks one after the other. */
INLINE void end(uint8_t stream[4 * SALSA20_BLOCK], struct blocks x, struct blocks in)
{
	__m512i a = _mm512_add_epi32(x.a, in.a);
	__m512i b = _mm512_add_epi32(x.b, in.b);
	__m512i c = _mm512_add_epi32(x.c, in.c);
	__m512i d = _mm512_add_epi32(x.d, in.d);
	__m512i row0 = row(a, d, c, b);
	__m512i row1 = row(b, a, d, c);
	__m512i row2 = row(c, b, a, d);
	__m512i row3 = row(d, c, b, a);
	__m512i even01 = _mm512_shuffle_i32x4(row0, row1, 0x88);
	__m512i even23 = _mm512_shuffle_i32x4(row2, row3, 0x88);
	__m512i odd01 = _mm512_shuffle_i32x4(row0, row1, 0xdd);
	__m512i odd23 = _mm512_shuffle_i32x4(row2, row3, 0xdd);

	_mm512_storeu_si512(stream, _mm512_shuffle_i32x4(even01, even23, 0x88));
	_mm512_storeu_si512(stream + 64, _mm512_shuffle_i32x4(odd01, odd23, 0x88));
	_mm512_storeu_si512(stream + 128, _mm512_shuffle_i32x4(even01, even23, 0xdd));
	_mm512_storeu_si512(stream + 192, _mm512_shuffle_i32x4(odd01, odd23, 0xdd));
}

AVX512 void salsa20_few_avx512(uint8_t stream[SALSA20_FEW * SALSA20_BLOCK], uint32_t blocks, const uint8_t key[SALSA20_KEY],
			       uint64_t nonce)
{
	const struct blocks in0 = begin(key, nonce, 0), in1 = begin(key, nonce, 4);
	struct blocks x0 = in0, x1 = in1;

	if (blocks <= 4) {
		for (int i = 0; i < 20; i++)
			x0 = round_of(x0);
	} else {
		for (int i = 0; i < 20; i++)
			x0 = round_of(x0), x1 = round_of(x1);
		end(stream + 4 * SALSA20_BLOCK, x1, in1);
	}
	end(stream, x0, in0);
}

#endif
