/* Which engine is taken. The engines here are of any processor: libsodium behind the functions of a quick one. */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "box_engine.h"
#include "bytes.h"
#include "harness.h"

static int calls;

static bool is_there(void)
{
	return true;
}

static bool is_not_there(void)
{
	return false;
}

static void salsa20(const struct salsa20_span *spans, size_t count)
{
	uint8_t nonce[8];

	calls++;
	for (size_t i = 0; i < count; i++) {
		store64(nonce, spans[i].nonce);
		crypto_stream_salsa20_xor_ic(spans[i].text, spans[i].text, spans[i].length, nonce, spans[i].block, spans[i].key);
	}
}

static void poly1305(const struct poly1305_job *jobs, size_t count)
{
	calls++;
	for (size_t i = 0; i < count; i++)
		crypto_onetimeauth(jobs[i].tag, jobs[i].text, jobs[i].length, jobs[i].key);
}

/* One wrong bit, in long texts only. */
static void wrong_salsa20(const struct salsa20_span *spans, size_t count)
{
	salsa20(spans, count);
	for (size_t i = 0; i < count; i++)
		if (spans[i].length > 1024)
			spans[i].text[1024] ^= 0x10;
}

/* As right as it may seem when all are of one key. */
static void one_key_salsa20(const struct salsa20_span *spans, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct salsa20_span span = spans[i];

		span.key = spans[0].key;
		salsa20(&span, 1);
	}
}

static void far_salsa20(const struct salsa20_span *spans, size_t count)
{
	salsa20(spans, count);
	for (size_t i = 0; i < count; i++)
		if (spans[i].length > 1024)
			spans[i].text[spans[i].length] ^= 1;
}

static void wrong_poly1305(const struct poly1305_job *jobs, size_t count)
{
	poly1305(jobs, count);
	for (size_t i = 0; i < count; i++)
		if (jobs[i].length == 1023)
			jobs[i].tag[15] ^= 0x80;
}

/* The verdict hangs on nothing but the length. */
static void blind_poly1305(const struct poly1305_job *jobs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		memset(jobs[i].tag, (int)jobs[i].length, 16);
}

/* One wrong bit, in the last block there may be. */
static void wrong_few(uint8_t *stream, uint32_t blocks, const uint8_t *key, uint64_t counter)
{
	uint8_t nonce[8];

	store64(nonce, counter);
	crypto_stream_salsa20(stream, (size_t)blocks * SALSA20_BLOCK, nonce, key);
	if (blocks == SALSA20_FEW)
		stream[SALSA20_FEW * SALSA20_BLOCK - 1] ^= 1;
}

static const struct box_engine right = { "right", is_there, 0, 16, salsa20, poly1305, NULL };
static const struct box_engine absent = { "absent", is_not_there, 0, 16, salsa20, poly1305, NULL };
static const struct box_engine wrong[] = {
	{ "wrong", is_there, 0, 16, wrong_salsa20, poly1305, NULL },	  { "one key", is_there, 0, 8, one_key_salsa20, poly1305, NULL },
	{ "far", is_there, 0, 16, far_salsa20, poly1305, NULL },	  { "wrong tag", is_there, 0, 16, salsa20, wrong_poly1305, NULL },
	{ "blind", is_there, 0, 16, salsa20, blind_poly1305, NULL },
	{ "wrong alone", is_there, 0, 16, salsa20, poly1305, wrong_few },
};

static void passes(void)
{
	check(box_selftest(&right));
	for (const struct box_engine *const *engine = box_engines; *engine; engine++)
		if ((*engine)->available())
			check(box_selftest(*engine));
}

static void fails(void)
{
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (box_selftest(&wrong[i]))
			test_fail(__FILE__, __LINE__, "\"%s\" passes", wrong[i].name);
}

static void steps_down(void)
{
	const struct box_engine *const engines[] = { &wrong[0], &wrong[4], &right, &box_sodium, NULL };
	const struct box_engine *const none_right[] = { &wrong[0], &wrong[3], &box_sodium, NULL };

	check(box_engine_choose(engines + 2, NULL) == &right);
	check(box_engine_choose(engines, NULL) == &right);
	check(box_engine_choose(none_right, NULL) == &box_sodium);
}

static void asks_the_processor_first(void)
{
	const struct box_engine *const engines[] = { &absent, &box_sodium, NULL };

	calls = 0;
	check(box_engine_choose(engines, NULL) == &box_sodium);
	check(box_engine_choose(engines, "absent") == NULL);
	check_equal(calls, 0);
}

static void takes_the_one_named(void)
{
	const struct box_engine *const engines[] = { &right, &wrong[0], &box_sodium, NULL };

	check(box_engine_choose(engines, "sodium") == &box_sodium);
	check(box_engine_choose(engines, "right") == &right);
	check(box_engine_choose(engines, "wrong") == NULL);
	check(box_engine_choose(engines, "righ") == NULL);
	check(box_engine_choose(engines, "") == NULL);
}

static void starts(void)
{
	const char *usual;

	check_equal(box_init(NULL), 0);
	usual = box_name();
	check_equal(box_init("sodium"), 0);
	check(strcmp(box_name(), "sodium") == 0);
	check_equal(box_init("quick"), -ENOTSUP);
	check(strcmp(box_name(), "sodium") == 0);
	check_equal(box_init(""), 0);
	check(strcmp(box_name(), usual) == 0);
}

static void leaves_short_ones_to_libsodium(void)
{
	static const struct box_engine patient = { "patient", is_there, 100, 16, salsa20, poly1305, NULL };
	static const struct { uint32_t count, length, calls; } cases[] = { { 1, 100, 0 }, { 1, 101, 2 }, { 2, 1, 2 } };
	uint8_t bytes[2][200] = { 0 }, subkey[32] = { 1 };

	box_use(&patient);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct box_job jobs[2];

		for (int k = 0; k < 2; k++)
			jobs[k] = (struct box_job){ bytes[k], bytes[k] + 16, subkey, 7, cases[i].length };
		calls = 0;
		box_seal_many(jobs, cases[i].count);
		check_equal(calls, cases[i].calls);
	}
	check_equal(box_init(NULL), 0);
}

SUITE(box_choice, { "whatever is available passes its test", passes }, { "whatever errs does not", fails },
      { "steps down past those that fail", steps_down }, { "asks the processor before it runs anything", asks_the_processor_first },
      { "takes the one that is named, or none", takes_the_one_named }, { "starts by name, by its own choice, and not at all", starts },
      { "leaves a short packet that comes alone to libsodium", leaves_short_ones_to_libsodium });
