/* The data path's box against crypto_secretbox under the whole nonce. */
#include "box.h"

#include <sodium.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"

#define LONGEST 2100

struct reference {
	uint8_t key[32], nonce[24], subkey[32];
	uint64_t counter;
};

static void make_reference(struct reference *reference, uint64_t *state)
{
	random_fill(state, reference, sizeof *reference);
	store64(reference->nonce + 16, reference->counter);
	check_equal(tv_hsalsa20(reference->subkey, reference->key, reference->nonce), 0);
}

static void matches_secretbox(void)
{
	static uint8_t text[LONGEST], box[LONGEST + 16], room[LONGEST + 64];
	uint64_t state = 11;

	for (size_t length = 0; length <= LONGEST; length++) {
		uint8_t *at = room + length % 17, tag[16];
		struct reference reference;

		make_reference(&reference, &state);
		random_fill(&state, text, length);
		crypto_secretbox_easy(box, text, length, reference.nonce, reference.key);
		memcpy(at, text, length);
		box_seal(tag, at, length, reference.subkey, reference.counter);
		check(memcmp(tag, box, 16) == 0);
		check(memcmp(at, box + 16, length) == 0);
		check(box_open(tag, at, length, reference.subkey, reference.counter));
		check(memcmp(at, text, length) == 0);
	}
}

static void every_alignment(void)
{
	static const size_t lengths[] = { 0, 1, 31, 32, 33, 63, 64, 65, 1419, 1420 };
	uint8_t room[1500], text[1420], box[1436], tag[16];
	uint64_t state = 12;

	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
		for (size_t shift = 0; shift < 64; shift++) {
			struct reference reference;

			make_reference(&reference, &state);
			random_fill(&state, text, lengths[i]);
			crypto_secretbox_easy(box, text, lengths[i], reference.nonce, reference.key);
			memcpy(room + shift, text, lengths[i]);
			box_seal(tag, room + shift, lengths[i], reference.subkey, reference.counter);
			check(memcmp(tag, box, 16) == 0);
			check(memcmp(room + shift, box + 16, lengths[i]) == 0);
		}
}

static void refuses_tampering(void)
{
	static const size_t lengths[] = { 0, 1, 16, 32, 33, 64, 200, 1420 };
	uint8_t text[1420], before[1420], tag[16];
	struct reference reference;
	uint64_t state = 13;

	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		size_t length = lengths[i];

		make_reference(&reference, &state);
		random_fill(&state, text, length);
		box_seal(tag, text, length, reference.subkey, reference.counter);
		memcpy(before, text, length);
		for (size_t bit = 0; bit < (16 + length) * 8; bit += bit < 128 ? 1 : 7) {
			uint8_t *at = bit < 128 ? &tag[bit / 8] : &text[bit / 8 - 16];

			*at ^= (uint8_t)(1u << bit % 8);
			check(!box_open(tag, text, length, reference.subkey, reference.counter));
			*at ^= (uint8_t)(1u << bit % 8);
			check(memcmp(text, before, length) == 0);
		}
		check(!box_open(tag, text, length, reference.subkey, reference.counter + 1));
		check(!length || !box_open(tag, text, length - 1, reference.subkey, reference.counter));
		reference.subkey[31] ^= 0x80;
		check(!box_open(tag, text, length, reference.subkey, reference.counter));
		reference.subkey[31] ^= 0x80;
		check(box_open(tag, text, length, reference.subkey, reference.counter));
	}
}

static void many_at_once(void)
{
	static uint8_t text[64][LONGEST], box[64][LONGEST + 16], tags[64][16];
	struct reference references[64];
	struct box_job jobs[64];
	bool ok[64];
	uint64_t state = 14;

	for (uint32_t i = 0; i < 64; i++) {
		uint32_t length = (uint32_t)(random_next(&state) % (LONGEST + 1));

		make_reference(&references[i], &state);
		random_fill(&state, text[i], length);
		crypto_secretbox_easy(box[i], text[i], length, references[i].nonce, references[i].key);
		jobs[i] = (struct box_job){ tags[i], text[i], references[i].subkey, references[i].counter, length };
	}
	box_seal_many(jobs, 64);
	for (uint32_t i = 0; i < 64; i++) {
		check(memcmp(tags[i], box[i], 16) == 0);
		check(memcmp(text[i], box[i] + 16, jobs[i].length) == 0);
	}
	tags[7][0] ^= 1;
	check_equal(box_open_many(jobs, 64, ok), 63);
	for (uint32_t i = 0; i < 64; i++)
		check_equal(ok[i], i != 7);
	check(memcmp(text[7], box[7] + 16, jobs[7].length) == 0);
}

SUITE(box, { "many at once", many_at_once }, { "equals crypto_secretbox for 0 to 2,100 bytes", matches_secretbox }, { "at every alignment", every_alignment },
      { "refuses any changed bit, and leaves the text alone", refuses_tampering });
