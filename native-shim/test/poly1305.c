/* Poly1305 of every engine that this processor has, against crypto_onetimeauth. */
#include "poly1305.h"

#include <sodium.h>
#include <string.h>

#include "box_engine.h"
#include "harness.h"

#define MOST 32
#define LONGEST 700
#define ROUNDS 4000

static uint8_t keys[MOST][POLY1305_KEY], texts[MOST][LONGEST], tags[MOST][16];
static struct poly1305_job jobs[MOST];
static uint64_t state;

static uint32_t below(uint32_t limit)
{
	return (uint32_t)((random_next(&state) >> 32) % limit);
}

/* Numbers that no keystream yields: carries, and sums beyond 2^130 - 5. */
static void make_extreme(uint32_t i)
{
	static const uint8_t bytes[] = { 0x00, 0xff, 0xfb, 0x01, 0x80, 0x7f };
	uint32_t length = below(3) ? below(80) : below(LONGEST);

	memset(keys[i], bytes[below(6)], 16);
	memset(keys[i] + 16, bytes[below(6)], 16);
	if (below(2)) {
		memset(keys[i], 0, 16);
		keys[i][0] = (uint8_t)(1 + below(4));
	}
	memset(texts[i], bytes[below(6)], length);
	if (length > 16 && below(2))
		memset(texts[i] + below(length - 16), bytes[below(6)], 16);
	jobs[i] = (struct poly1305_job){ texts[i], length, keys[i], tags[i] };
}

static void compare(const struct box_engine *engine, uint32_t count)
{
	uint8_t expected[16];

	engine->poly1305(jobs, count);
	for (uint32_t i = 0; i < count; i++) {
		crypto_onetimeauth(expected, texts[i], jobs[i].length, keys[i]);
		if (memcmp(expected, tags[i], sizeof expected) != 0)
			test_fail(__FILE__, __LINE__, "%s: the tag of message %u of %u, %u bytes", engine->name, i, count, jobs[i].length);
	}
}

static void extreme_numbers(void)
{
	state = 11;
	for (const struct box_engine *const *at = box_engines; *at; at++)
		for (uint32_t round = 0; (*at)->available() && (*at)->poly1305 && round < ROUNDS; round++) {
			uint32_t count = 1 + below(MOST);

			for (uint32_t i = 0; i < count; i++)
				make_extreme(i);
			compare(*at, count);
		}
}

SUITE(poly1305, { "authenticates extreme numbers", extreme_numbers });
