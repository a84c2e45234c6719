#include "event.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "bytes.h"

#define RING_MIN 65536u
#define READ_AT 64

_Static_assert(sizeof(tv_event) == 56, "tv.h gives the layout of a record");

static _Atomic(uint32_t) *word(const struct ring *ring, uint32_t at)
{
	return (_Atomic(uint32_t) *)(void *)(ring->memory + at);
}

int ring_open(struct ring *ring, uint8_t *memory, uint32_t bytes)
{
	uint32_t capacity = bytes - TV_RING_HEADER;

	if (!memory || (uintptr_t)memory % 8 || bytes < TV_RING_HEADER + RING_MIN || capacity & (capacity - 1))
		return -EINVAL;
	ring->memory = memory;
	ring->capacity = capacity;
	ring->write = atomic_load_explicit(word(ring, 0), memory_order_relaxed);
	ring->appended = 0;
	return ring->write % 8 ? -EINVAL : 0;
}

/* Only the first words of padding are certain to fit. */
static void pad(const struct ring *ring, uint32_t at, uint32_t length)
{
	store32(ring->memory + TV_RING_HEADER + at, TV_EVENT_PAD);
	store32(ring->memory + TV_RING_HEADER + at + offsetof(tv_event, length), length);
}

bool ring_append(struct ring *ring, const tv_event *head, const uint8_t *data, uint32_t length, bool low)
{
	uint32_t size = (uint32_t)(sizeof *head + length + 7) / 8 * 8;
	uint32_t at = ring->write & (ring->capacity - 1);
	uint32_t padding = ring->capacity - at < size ? ring->capacity - at : 0;
	uint32_t used = ring->write - atomic_load_explicit(word(ring, READ_AT), memory_order_acquire);
	uint64_t limit = low ? ring->capacity / 2 : ring->capacity;
	tv_event record = *head;

	if ((uint64_t)used + padding + size > limit)
		return false;
	if (padding)
		pad(ring, at, padding);
	at = padding ? 0 : at;
	record.data_length = (uint16_t)length;
	record.length = size;
	memcpy(ring->memory + TV_RING_HEADER + at, &record, sizeof record);
	if (length)
		memcpy(ring->memory + TV_RING_HEADER + at + sizeof record, data, length);
	ring->write += padding + size;
	ring->appended++;
	atomic_store_explicit(word(ring, 0), ring->write, memory_order_release);
	return true;
}
