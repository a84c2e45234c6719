/*
 * An engine computes what libsodium computes, at lengths around every border it knows, and libsodium what it did when
 * this was written. It runs at every start: on that processor, as compiled, beside that libsodium.
 */
#include <stdlib.h>
#include <string.h>

#include "box_engine.h"

#define PACKETS 27
#define HEADER 32
#define ROOM 1536

static const uint16_t lengths[PACKETS] = {
	0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 95, 96, 97, 128, 160, 224, 225, 300, 480,
	577, 1023, 1024, 1420, 1441,
};

struct packets {
	uint8_t bytes[PACKETS][HEADER + ROOM];
	struct box_job jobs[PACKETS];
};

struct trial {
	uint8_t subkeys[2][TV_KEY];
	struct packets ours, theirs;
};

/* Subkey 00 to 1f, counter 00 to 07, 64 zero bytes of text: the tag and the first bytes. */
static bool known_answer(const struct box_engine *engine)
{
	static const uint8_t expected[32] = {
		0x11, 0x62, 0x5b, 0x2a, 0x79, 0x98, 0x8a, 0xd8, 0x1d, 0x08, 0xb0, 0x5d, 0x88, 0x04, 0xdc, 0x65,
		0x77, 0xbf, 0x05, 0x7f, 0x56, 0x59, 0xd7, 0x75, 0x38, 0x48, 0xf8, 0xd3, 0xfe, 0x76, 0x9c, 0xa5,
	};
	uint8_t subkey[TV_KEY];
	uint8_t box[TV_TAG + 64] = { 0 };
	struct box_job job = { box, box + TV_TAG, subkey, UINT64_C(0x0706050403020100), 64 };

	for (int i = 0; i < TV_KEY; i++)
		subkey[i] = (uint8_t)i;
	box_seal_by(engine, &job, 1);
	return memcmp(box, expected, sizeof expected) == 0;
}

/* Every other packet under another subkey, so that lanes change theirs. */
static void prepare(struct trial *trial, struct packets *packets)
{
	uint32_t state = 1;

	for (uint32_t i = 0; i < PACKETS; i++) {
		uint8_t *bytes = packets->bytes[i];

		for (uint32_t k = 0; k < HEADER + ROOM; k++) {
			state = state * 1103515245 + 12345;
			bytes[k] = (uint8_t)(state >> 16);
		}
		memcpy(trial->subkeys[i % 2], bytes, TV_KEY);
		packets->jobs[i] = (struct box_job){ bytes + HEADER - TV_TAG, bytes + HEADER, trial->subkeys[i % 2],
						     UINT64_C(0xfffffffffffffff0) + i, lengths[i] };
	}
}

/* Every third: of the tag's last byte or the text's, a bit. */
static bool is_forged(uint32_t packet)
{
	return packet % 3 == 0;
}

static void forge(struct packets *packets)
{
	for (uint32_t i = 0; i < PACKETS; i++)
		if (is_forged(i))
			packets->bytes[i][HEADER - 1 + (i % 2 ? lengths[i] : 0)] ^= 0x80;
}

static void seal(const struct box_engine *engine, const struct packets *packets, uint32_t at_once)
{
	for (uint32_t i = 0; i < PACKETS; i += at_once)
		box_seal_by(engine, packets->jobs + i, at_once);
}

static bool opens(const struct box_engine *engine, const struct packets *packets, uint32_t at_once)
{
	uint32_t authentic = 0;
	bool ok[PACKETS];

	for (uint32_t i = 0; i < PACKETS; i += at_once)
		authentic += box_open_by(engine, packets->jobs + i, at_once, ok + i);
	if (authentic != PACKETS - PACKETS / 3)
		return false;
	authentic = 0;
	for (uint32_t i = 0; i < PACKETS; i++)
		authentic += ok[i] != is_forged(i);
	return authentic == PACKETS;
}

/* Margins are compared too. */
static bool agree(const struct trial *trial)
{
	return memcmp(trial->ours.bytes, trial->theirs.bytes, sizeof trial->ours.bytes) == 0;
}

static bool try(struct trial *trial, const struct box_engine *engine, uint32_t at_once)
{
	prepare(trial, &trial->ours);
	prepare(trial, &trial->theirs);
	seal(engine, &trial->ours, at_once);
	seal(&box_sodium, &trial->theirs, PACKETS);
	if (!agree(trial))
		return false;
	forge(&trial->ours);
	forge(&trial->theirs);
	return opens(engine, &trial->ours, at_once) && opens(&box_sodium, &trial->theirs, PACKETS) && agree(trial);
}

bool box_selftest(const struct box_engine *engine)
{
	struct trial *trial = malloc(sizeof *trial);
	bool passed = trial && known_answer(engine) && try(trial, engine, PACKETS) && try(trial, engine, 1);

	free(trial);
	return passed;
}
