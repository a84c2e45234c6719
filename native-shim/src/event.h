/* The ring of events in the caller's memory: one producer, one consumer. The layout is in tv.h. */
#ifndef TV_EVENT_RING_H
#define TV_EVENT_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "tv.h"

struct ring {
	uint8_t *memory;
	uint32_t capacity;
	uint32_t write;
	uint32_t appended; /* since it was opened */
};

/* -EINVAL when the memory is misaligned or of a wrong size. */
int ring_open(struct ring *ring, uint8_t *memory, uint32_t bytes);

/* Appends head, its lengths filled in, and data of at most 65,535 bytes. low: only while less than half of the ring would be in use. */
bool ring_append(struct ring *ring, const tv_event *head, const uint8_t *data, uint32_t length, bool low);

#endif
