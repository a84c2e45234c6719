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

SUITE(box, { "equals crypto_secretbox for 0 to 2,100 bytes", matches_secretbox }, { "at every alignment", every_alignment },
      { "refuses any changed bit, and leaves the text alone", refuses_tampering });
