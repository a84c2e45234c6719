/* The ring of events: a consumer that reads it as tv.h says. */
#include "event.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"

#define CAPACITY 65536

static _Alignas(64) uint8_t memory[TV_RING_HEADER + CAPACITY];

static _Atomic(uint32_t) *word(size_t at)
{
	return (_Atomic(uint32_t) *)(void *)(memory + at);
}

static void start(struct ring *ring, uint32_t at)
{
	memset(memory, 0xee, sizeof memory);
	atomic_store(word(0), at);
	atomic_store(word(64), at);
	check_equal(ring_open(ring, memory, sizeof memory), 0);
}

/* The next record, copied out. False when there is none. Padding is skipped. */
static bool consume(tv_event *event, uint8_t *data)
{
	for (;;) {
		uint32_t read = atomic_load(word(64)), write = atomic_load(word(0));
		uint8_t *at = memory + TV_RING_HEADER + read % CAPACITY;
		uint32_t length;

		if (read == write)
			return false;
		length = load32(at + 4);
		if (length == 0 || length % 8 || length > write - read || read % CAPACITY + length > CAPACITY)
			return false;
		if (at[0] != TV_EVENT_PAD) {
			memcpy(event, at, sizeof *event);
			memcpy(data, at + sizeof *event, event->data_length);
			atomic_store(word(64), read + length);
			return true;
		}
		atomic_store(word(64), read + length);
	}
}

static void refuses_bad_memory(void)
{
	struct ring ring;

	memset(memory, 0, sizeof memory);
	check_equal(ring_open(&ring, NULL, sizeof memory), -EINVAL);
	check_equal(ring_open(&ring, memory + 4, sizeof memory - 8), -EINVAL);
	check_equal(ring_open(&ring, memory, TV_RING_HEADER + CAPACITY / 2), -EINVAL);
	check_equal(ring_open(&ring, memory, TV_RING_HEADER + CAPACITY - 8), -EINVAL);
	check_equal(ring_open(&ring, memory, TV_RING_HEADER + CAPACITY / 2 * 3), -EINVAL);
	check_equal(ring_open(&ring, memory, 0), -EINVAL);
	check_equal(ring_open(&ring, memory, TV_RING_HEADER - 1), -EINVAL);
	check_equal(ring_open(&ring, memory, sizeof memory), 0);
	memory[0] = 4;
	check_equal(ring_open(&ring, memory, sizeof memory), -EINVAL);
}

static void carries_all_of_it(void)
{
	const tv_event sent = {
		.type = 3,
		.peer = 7,
		.index = 9,
		.kind = 0xe0,
		.time_us = -5,
		.source = { .family = 6, .port = 51820, .addr = { 1, 2, 3 } },
	};
	uint8_t data[512], found[512];
	tv_event event;
	struct ring ring;
	uint64_t state = 41;

	start(&ring, 0);
	random_fill(&state, data, sizeof data);
	for (uint32_t length = 0; length < sizeof data; length += 61) {
		check(ring_append(&ring, &sent, data, length, false));
		check(consume(&event, found));
		check_equal(event.type, 3);
		check_equal(event.data_length, length);
		check_equal(event.length, (56 + length + 7) / 8 * 8);
		check_equal(event.peer, 7);
		check_equal(event.index, 9);
		check_equal(event.kind, 0xe0);
		check_equal(event.zero, 0);
		check_equal(event.time_us, -5);
		check(memcmp(&event.source, &sent.source, sizeof sent.source) == 0);
		check(memcmp(found, data, length) == 0);
	}
	check(!consume(&event, found));
}

/* Two million bytes through 64 KiB, begun just before the counters wrap around. */
static void wraps(void)
{
	uint8_t data[1232], found[1232];
	uint64_t state = 42;
	tv_event event;
	struct ring ring;
	uint32_t next = 0, expected = 0;

	start(&ring, 0xffff0000u);
	for (int i = 0; i < 20000; i++) {
		uint32_t length = (uint32_t)(random_next(&state) % sizeof data);

		memset(data, (int)next, length);
		if (random_next(&state) % 2 && ring_append(&ring, &(tv_event){ .type = 1, .index = next }, data, length, false))
			next++;
		if (random_next(&state) % 2 && consume(&event, found)) {
			check_equal(event.index, expected);
			for (uint32_t at = 0; at < event.data_length; at++)
				check_equal(found[at], (uint8_t)expected);
			expected++;
		}
	}
	while (consume(&event, found))
		check_equal(event.index, expected++);
	check_equal(expected, next);
	check(next > 5000);
	check_equal(ring.appended, next);
}

static void fills_to_the_last_byte(void)
{
	static const uint8_t data[8];
	tv_event event;
	uint8_t found[8];
	struct ring ring;
	int count = 0;

	start(&ring, 0);
	while (ring_append(&ring, &(tv_event){ .type = 1 }, data, 8, false))
		count++;
	check_equal(count, CAPACITY / 64);
	check(consume(&event, found));
	check(ring_append(&ring, &(tv_event){ .type = 1 }, data, 8, false));
	check(!ring_append(&ring, &(tv_event){ .type = 1 }, data, 8, false));
}

static void padding_counts(void)
{
	static const uint8_t data[1232];
	tv_event event;
	uint8_t found[1232];
	struct ring ring;

	/* 128 bytes are free, 64 of them at the end: no place for 120 at a stretch. */
	start(&ring, 64);
	for (int i = 0; i < CAPACITY / 64 - 2; i++)
		check(ring_append(&ring, &(tv_event){ .type = 1 }, data, 8, false));
	check(!ring_append(&ring, &(tv_event){ .type = 1 }, data, 64, false));
	check(ring_append(&ring, &(tv_event){ .type = 1 }, data, 8, false));
	check(ring_append(&ring, &(tv_event){ .type = 1 }, data, 8, false));
	start(&ring, CAPACITY - 64);
	while (ring_append(&ring, &(tv_event){ .type = 1 }, data, 1232, false))
		;
	check(atomic_load(word(0)) - atomic_load(word(64)) <= CAPACITY);
	check(atomic_load(word(0)) - atomic_load(word(64)) > CAPACITY - 1288 - 64);
	while (consume(&event, found))
		check_equal(event.data_length, 1232);
	check_equal(atomic_load(word(0)), atomic_load(word(64)));
}

static void low_leaves_half(void)
{
	static const uint8_t data[8];
	struct ring ring;
	int low = 0, high = 0;

	start(&ring, 0);
	while (ring_append(&ring, &(tv_event){ .type = 1 }, data, 8, true))
		low++;
	check_equal(low, CAPACITY / 2 / 64);
	while (ring_append(&ring, &(tv_event){ .type = 2 }, data, 8, false))
		high++;
	check_equal(high, CAPACITY / 2 / 64);
	check(!ring_append(&ring, &(tv_event){ .type = 1 }, data, 8, true));
}

static void consumer_out_of_step(void)
{
	struct ring ring;

	start(&ring, 4096);
	atomic_store(word(64), 8192);
	check(!ring_append(&ring, &(tv_event){ .type = 1 }, NULL, 0, false));
	atomic_store(word(64), 4096);
	check(ring_append(&ring, &(tv_event){ .type = 1 }, NULL, 0, false));
}

SUITE(event, { "refuses memory of wrong size or alignment", refuses_bad_memory }, { "carries header and data", carries_all_of_it },
      { "wraps around", wraps }, { "fills to the last byte", fills_to_the_last_byte }, { "padding counts as in use", padding_counts },
      { "low events leave half of it", low_leaves_half }, { "a consumer out of step is a full ring", consumer_out_of_step });
