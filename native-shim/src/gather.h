/*
 * Gathers datagrams in one piece of memory, in the order in which they are to leave; neighbours of one session and of
 * equal size become a run. Flushing seals them all, then sends them.
 */
#ifndef TV_GATHER_H
#define TV_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "sender.h"
#include "session.h"

struct gathered {
	struct run run;
	struct session *session; /* null: not to be sealed */
	uint8_t kind;
};

/* Bytes of the arena: some super-packets, and little enough to stay near the processor. */
#define GATHER_BYTES (256u << 10)

_Static_assert(GATHER_BYTES >= TV_DATA_HEADER + UINT16_MAX + PADDING, "any one packet or datagram fits");

struct gather {
	uint8_t *arena;
	uint32_t used;
	uint32_t count; /* of runs */
	uint32_t sent;  /* datagrams since the last gather_flush */
	struct gathered runs[BATCH];
};

int gather_init(struct gather *gather);
void gather_finish(struct gather *gather);

/*
 * Where to build the next datagram, with room for so many bytes, for which what was gathered before is flushed if need
 * be. What is built outlives that. Null: more than fits at all.
 */
uint8_t *gather_slot(struct lane *lane, uint32_t room);

/* Takes the datagram in the slot as it is, for nobody's statistics. */
void gather_plain(struct lane *lane, const struct destination *to, uint32_t length);

/*
 * Takes the text of `length` bytes behind the header in the slot, to be sealed. pad: to a multiple of 16, within the
 * MTU; the slot has room for that. The session and the destination stay until the flush.
 */
void gather_data(struct lane *lane, struct session *session, const struct destination *to, uint8_t kind, uint32_t length, bool pad);

/* Bytes of a text once padded. */
uint32_t padded_length(uint32_t length, uint32_t mtu);

/* Seals and sends. Returns how many datagrams left since the last call. */
uint32_t gather_flush(struct lane *lane);

#endif
