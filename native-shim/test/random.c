#include "harness.h"

uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state ? *state : UINT64_C(0x9e3779b97f4a7c15);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*state = x;
	return x * UINT64_C(0x2545f4914f6cdd1d);
}

void random_fill(uint64_t *state, void *out, size_t length)
{
	uint8_t *bytes = out;

	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(random_next(state) >> 32);
}
