/* The flows of which packets are held, on their way to one interface. */
#ifndef TV_FLOW_TABLE_H
#define TV_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "coalesce.h"
#include "inner.h"

/* Flows held at once. Of more than that few come interleaved in a batch, and so many still stay near the processor. */
#define FLOWS_HELD 16

struct flow_table {
	uint32_t count;
	uint8_t ages[FLOWS_HELD + 1];   /* places of flows, the oldest first, then the free places */
	uint32_t marks[FLOWS_HELD + 1]; /* by place: equal for equal flows, and mostly not for others */
	struct coalesced held[FLOWS_HELD + 1];
};

void flow_table_init(struct flow_table *table);

/* Whether ports tell the flow of a packet: they stand right behind the fixed IP header, in no fragment. */
bool flow_told(const struct inner *inner);

/* What is held of a packet's flow, which ports tell, or null. */
struct coalesced *flow_find(struct flow_table *table, const struct inner *inner);

/* What is held longest, or null. */
struct coalesced *flow_oldest(struct flow_table *table);

/* The oldest that is held between a packet's source and its destination, or null. */
struct coalesced *flow_between(struct flow_table *table, const struct inner *inner);

/* Room to begin one more flow in, and keeping what has begun there. False when that is one flow too many: the oldest is then to go. */
struct coalesced *flow_room(struct flow_table *table);
bool flow_keep(struct flow_table *table, struct coalesced *held);

/* Makes room of what was held until now. */
void flow_forget(struct flow_table *table, const struct coalesced *held);

#endif
