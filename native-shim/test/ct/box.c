/*
 * Whether the engines named as arguments take the same way whatever the secrets. Keys and texts are marked as undefined,
 * and a branch or an address that depends on one ends the run, under memcheck as under MemorySanitizer. What may depend
 * on them is the verdict on a tag, and what leaves.
 *
 * MemorySanitizer does not follow carries, as memcheck does: what hangs on nothing else passes for known. In AVX-512 those
 * are the two masks of the last reduction, which mask and do not branch.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box_engine.h"

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define CHECKER "MemorySanitizer"
#define HIDE(at, length) __msan_allocated_memory(at, length)
#define REVEAL(at, length) __msan_unpoison(at, length)
#define IS_HIDDEN(at) (__msan_test_shadow(at, TV_TAG) >= 0)
#endif
#endif
#ifndef CHECKER
#include <valgrind/memcheck.h>
#define CHECKER "memcheck"
#define HIDE(at, length) VALGRIND_MAKE_MEM_UNDEFINED(at, length)
#define REVEAL(at, length) VALGRIND_MAKE_MEM_DEFINED(at, length)
#define IS_HIDDEN(at) is_hidden(at)

static bool is_hidden(const uint8_t *at)
{
	uint8_t bits[TV_TAG] = { 0 };
	uint8_t any = 0;

	(void)VALGRIND_GET_VBITS(at, bits, TV_TAG);
	for (int i = 0; i < TV_TAG; i++)
		any |= bits[i];
	return any != 0;
}
#endif

#define PACKETS 20
#define LONGEST 4200
#define ROUNDS 48

static uint8_t boxes[PACKETS][TV_TAG + LONGEST];
static uint8_t subkeys[PACKETS][TV_KEY];

void box_reveal(void *value, size_t length)
{
	REVEAL(value, length);
}

static void prepare(struct box_job *jobs, uint32_t count, uint32_t round)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t length = round % 2 ? (uint32_t)rand() % LONGEST : round * 17 % LONGEST;

		memset(boxes[i], (int)i, sizeof boxes[i]);
		memset(subkeys[i], rand(), TV_KEY);
		jobs[i] = (struct box_job){ boxes[i], boxes[i] + TV_TAG, subkeys[round % 3 ? i : 0], i, length };
		HIDE(jobs[i].text, length);
	}
	HIDE(subkeys, sizeof subkeys);
}

/* MemorySanitizer does not see what libsodium writes: where a tag is libsodium's, the keystream has to show its key. */
static bool shows(const struct box_engine *engine, const struct box_job *jobs, uint32_t count)
{
	uint8_t stream[SALSA20_FEW * SALSA20_BLOCK];

	if (!box_few_suits(engine, jobs, count))
		return IS_HIDDEN(jobs->tag);
	engine->salsa20_few(stream, SALSA20_FEW, jobs->subkey, jobs->counter);
	return IS_HIDDEN(stream);
}

/* Whether the secrets were seen to reach what is written: else nothing was checked. */
static bool seal_and_open(const struct box_engine *engine, uint32_t count, uint32_t round)
{
	struct box_job jobs[PACKETS];
	bool ok[PACKETS];
	bool hidden;

	prepare(jobs, count, round);
	box_seal_by(engine, jobs, count);
	hidden = shows(engine, jobs, count);
	REVEAL(boxes, sizeof boxes);
	boxes[count / 2][0] ^= 1;
	return box_open_by(engine, jobs, count, ok) == count - 1 && !ok[count / 2] && hidden;
}

static bool check(const struct box_engine *engine)
{
	for (uint32_t round = 1; round < ROUNDS; round++)
		for (uint32_t count = 1; count <= PACKETS; count += 1 + round % 5)
			if (!seal_and_open(engine, count, round))
				return false;
	return true;
}

static const struct box_engine *find(const char *name)
{
	for (const struct box_engine *const *engine = box_engines; *engine; engine++)
		if (strcmp((*engine)->name, name) == 0 && (*engine)->available())
			return *engine;
	return NULL;
}

int main(int count, char **names)
{
	uint32_t passed = 0, failed = 0;

	if (sodium_init() < 0)
		return 1;
	for (int i = 1; i < count; i++) {
		const struct box_engine *engine = find(names[i]);
		bool right = engine && check(engine);

		if (!engine) {
			printf("# %s: not of this processor\n", names[i]);
			continue;
		}
		printf("%s ct: %s under " CHECKER "\n", right ? "ok" : "not ok", engine->name);
		*(right ? &passed : &failed) += 1;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
