/* Every engine that this processor has, against crypto_secretbox under the whole nonce. */
#include "box_engine.h"

#include <sodium.h>
#include <string.h>
#include <sys/mman.h>

#include "bytes.h"
#include "harness.h"

#define MOST 64
#define LONGEST 65535
#define MARGIN 64
#define SHIFTS 64
#define PAGE ((size_t)4096)

struct packet {
	uint8_t key[32], nonce[24], subkey[TV_KEY];
	uint8_t plain[LONGEST];
	uint8_t box[TV_TAG + LONGEST]; /* as libsodium makes it */
	uint8_t room[MARGIN + SHIFTS + TV_TAG + LONGEST + MARGIN];
};

static struct packet packets[MOST];
static struct box_job jobs[MOST];
static const struct box_engine *engine;
static uint64_t state;

#define holds(condition) ((condition) ? (void)0 : test_fail(__FILE__, __LINE__, "%s: %s", engine->name, #condition))

static void by_every_engine(void (*run)(void))
{
	for (const struct box_engine *const *at = box_engines; *at; at++) {
		engine = *at;
		state = 11;
		if (engine->available())
			run();
	}
}

static uint32_t below(uint32_t limit)
{
	return (uint32_t)((random_next(&state) >> 32) % limit);
}

/* A packet under the session of another, or of its own. */
static void make(uint32_t i, uint32_t length, uint32_t shift, uint32_t session)
{
	struct packet *packet = &packets[i];
	uint8_t *tag = packet->room + MARGIN + shift;

	if (i == session)
		random_fill(&state, packet->key, sizeof packet->key);
	memcpy(packet->key, packets[session].key, sizeof packet->key);
	random_fill(&state, packet->nonce, sizeof packet->nonce);
	memcpy(packet->nonce, packets[session].nonce, 16);
	tv_hsalsa20(packet->subkey, packet->key, packet->nonce);
	random_fill(&state, packet->plain, length);
	crypto_secretbox_easy(packet->box, packet->plain, length, packet->nonce, packet->key);
	memset(tag - MARGIN, 0xa5, MARGIN);
	memset(tag, 0, TV_TAG);
	memcpy(tag + TV_TAG, packet->plain, length);
	memset(tag + TV_TAG + length, 0xa5, MARGIN);
	jobs[i] = (struct box_job){ tag, tag + TV_TAG, packets[session].subkey, load64(packet->nonce + 16), length };
}

static bool margins_are_whole(const struct box_job *job)
{
	for (uint32_t i = 0; i < MARGIN; i++)
		if (job->tag[-1 - (int)i] != 0xa5 || job->text[job->length + i] != 0xa5)
			return false;
	return true;
}

static bool is_sealed(uint32_t i)
{
	return memcmp(jobs[i].tag, packets[i].box, TV_TAG + jobs[i].length) == 0;
}

static bool is_plain(uint32_t i)
{
	return memcmp(jobs[i].text, packets[i].plain, jobs[i].length) == 0;
}

static void both_ways(uint32_t count)
{
	bool ok[MOST];

	box_seal_by(engine, jobs, count);
	for (uint32_t i = 0; i < count; i++)
		holds(is_sealed(i) && margins_are_whole(&jobs[i]));
	holds(box_open_by(engine, jobs, count, ok) == count);
	for (uint32_t i = 0; i < count; i++)
		holds(ok[i] && is_plain(i) && margins_are_whole(&jobs[i]));
}

static void lengths(void)
{
	for (uint32_t length = 0; length <= 4200; length++) {
		uint32_t count = 1 + below(length < 600 ? 20 : 3);

		for (uint32_t i = 0; i < count; i++)
			make(i, length, (length + i) % SHIFTS, length % 2 ? i : 0);
		both_ways(count);
	}
}

static void long_ones(void)
{
	for (uint32_t round = 0; round < 16; round++) {
		uint32_t count = 1 + below(6);

		for (uint32_t i = 0; i < count; i++)
			make(i, round == 0 ? LONGEST : below(LONGEST + 1), below(SHIFTS), i);
		both_ways(count);
	}
}

static void alignments(void)
{
	static const uint32_t some[] = { 0, 5, 16, 33, 64, 100, 255, 577, 1420 };

	for (uint32_t shift = 0; shift < SHIFTS; shift++)
		for (uint32_t k = 0; k < sizeof some / sizeof *some; k++) {
			uint32_t count = 1 + below(9);

			for (uint32_t i = 0; i < count; i++)
				make(i, some[k], (shift + i) % SHIFTS, i);
			both_ways(count);
		}
}

static void batches(void)
{
	static const uint32_t limits[] = { 70, 200, 1500, 9000 };

	for (uint32_t count = 1; count <= MOST; count++)
		for (uint32_t k = 0; k < sizeof limits / sizeof *limits; k++) {
			for (uint32_t i = 0; i < count; i++)
				make(i, below(8) ? below(limits[k]) : 0, below(SHIFTS), below(3) ? i / 8 * 8 : i);
			both_ways(count);
		}
}

/* One packet of a batch, changed in one bit: it alone is refused, and stays as it is. */
static void forge(uint32_t count, uint32_t which, uint32_t byte, uint8_t bit)
{
	uint8_t *changed = jobs[which].tag + byte;
	bool ok[MOST];

	box_seal_by(engine, jobs, count);
	*changed ^= bit;
	packets[which].box[byte] ^= bit;
	holds(box_open_by(engine, jobs, count, ok) == count - 1);
	for (uint32_t i = 0; i < count; i++)
		holds(ok[i] == (i != which) && (i == which ? is_sealed(i) : is_plain(i)) && margins_are_whole(&jobs[i]));
	*changed ^= bit;
	holds(box_open_by(engine, &jobs[which], 1, ok) == 1 && is_plain(which));
}

static void tampering(void)
{
	static const uint32_t some[] = { 0, 1, 31, 32, 33, 64, 100, 400, 1420 };

	for (uint32_t k = 0; k < sizeof some / sizeof *some; k++)
		for (uint32_t byte = 0; byte < TV_TAG + some[k]; byte += byte < TV_TAG || k < 7 ? 1 : 13) {
			uint32_t count = 1 + below(20);
			uint32_t which = below(count);

			for (uint32_t i = 0; i < count; i++)
				make(i, i == which ? some[k] : below(300), below(SHIFTS), i);
			forge(count, which, byte, (uint8_t)(1u << below(8)));
		}
}

/* Another counter, another subkey, another length. */
static void mistakes(void)
{
	bool ok[3];

	for (uint32_t length = 1; length < 1500; length += 1 + below(60)) {
		for (uint32_t i = 0; i < 3; i++)
			make(i, length, below(SHIFTS), i);
		box_seal_by(engine, jobs, 3);
		jobs[0].counter++;
		jobs[1].subkey = packets[2].subkey;
		jobs[2].length--;
		holds(box_open_by(engine, jobs, 3, ok) == 0);
		holds(!ok[0] && !ok[1] && !ok[2]);
		jobs[2].length++;
		holds(is_sealed(0) && is_sealed(1) && is_sealed(2));
	}
}

static uint8_t *guarded(void)
{
	uint8_t *at = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(at != MAP_FAILED);
	check_equal(mprotect(at + PAGE, 2 * PAGE, PROT_READ | PROT_WRITE), 0);
	return at + PAGE;
}

/* Texts that end, and tags that begin, where memory does. */
static void edges(void)
{
	static uint8_t *memory[17];
	bool ok[17];

	for (uint32_t i = 0; i < 17; i++)
		memory[i] = memory[i] ? memory[i] : guarded();
	for (uint32_t length = 0; length < 3000; length += length < 300 ? 1 : 1 + below(9))
		for (uint32_t end = 0; end < 2; end++) {
			uint32_t count = 1 + below(17);

			for (uint32_t i = 0; i < count; i++) {
				uint8_t *tag;

				make(i, i % 3 == 2 ? below(length + 1) : length, 0, i);
				tag = memory[i] + (end ? 2 * PAGE - jobs[i].length - TV_TAG : 0);
				memcpy(tag + TV_TAG, jobs[i].text, jobs[i].length);
				jobs[i].tag = tag;
				jobs[i].text = tag + TV_TAG;
			}
			box_seal_by(engine, jobs, count);
			for (uint32_t i = 0; i < count; i++)
				holds(is_sealed(i));
			holds(box_open_by(engine, jobs, count, ok) == count);
			for (uint32_t i = 0; i < count; i++)
				holds(is_plain(i));
		}
}

static void every_length(void)
{
	by_every_engine(lengths);
}

static void up_to_the_longest(void)
{
	by_every_engine(long_ones);
}

static void every_alignment(void)
{
	by_every_engine(alignments);
}

static void every_batch(void)
{
	by_every_engine(batches);
}

static void any_bit(void)
{
	by_every_engine(tampering);
}

static void any_mistake(void)
{
	by_every_engine(mistakes);
}

static void no_byte_beyond(void)
{
	by_every_engine(edges);
}

SUITE(box_engine, { "equals crypto_secretbox for 0 to 4,200 bytes", every_length }, { "and up to 65,535", up_to_the_longest },
      { "at every alignment", every_alignment }, { "in batches of 1 to 64, of mixed lengths and sessions", every_batch },
      { "refuses one changed bit, and leaves that text alone", any_bit },
      { "refuses another counter, subkey or length", any_mistake }, { "touches nothing before tag or behind text", no_byte_beyond });
