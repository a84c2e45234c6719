#include "flow_table.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "transport.h"

/* Bytes of both ports, right behind the addresses in packets whose flow is told. */
#define PORTS 4

void flow_table_init(struct flow_table *table)
{
	table->count = 0;
	for (uint32_t i = 0; i <= FLOWS_HELD; i++)
		table->ages[i] = (uint8_t)i;
}

/* Bytes of both addresses. */
static uint32_t addresses(const struct inner *inner)
{
	return inner->family == 4 ? 8 : 32;
}

bool flow_told(const struct inner *inner)
{
	uint32_t fixed = inner->family == 4 ? IPV4_HEADER : IPV6_HEADER;

	return !inner->fragment && inner->header == fixed && inner->length >= fixed + PORTS &&
	       (inner->protocol == IPPROTO_TCP || inner->protocol == IPPROTO_UDP);
}

/* The ends of both addresses, and the ports: so equal ones of equal addresses are of equal ports. */
static uint32_t mark(const struct inner *inner)
{
	const uint8_t *ports = inner->source + addresses(inner);

	return load32(inner->destination - 4) ^ load32(ports - 4) ^ load32(ports);
}

static bool same_addresses(const struct inner *one, const struct inner *other)
{
	if (one->family != other->family)
		return false;
	return one->family == 4 ? load64(one->source) == load64(other->source) : memcmp(one->source, other->source, 32) == 0;
}

struct coalesced *flow_find(struct flow_table *table, const struct inner *inner)
{
	uint32_t wanted = mark(inner);

	for (uint32_t i = table->count; i-- > 0;) {
		struct coalesced *held = &table->held[table->ages[i]];

		if (table->marks[table->ages[i]] == wanted && held->inner.protocol == inner->protocol &&
		    same_addresses(&held->inner, inner))
			return held;
	}
	return NULL;
}

struct coalesced *flow_oldest(struct flow_table *table)
{
	return table->count ? &table->held[table->ages[0]] : NULL;
}

struct coalesced *flow_between(struct flow_table *table, const struct inner *inner)
{
	for (uint32_t i = 0; i < table->count; i++) {
		struct coalesced *held = &table->held[table->ages[i]];

		if (same_addresses(&held->inner, inner))
			return held;
	}
	return NULL;
}

struct coalesced *flow_room(struct flow_table *table)
{
	return &table->held[table->ages[table->count]];
}

bool flow_keep(struct flow_table *table, struct coalesced *held)
{
	table->marks[held - table->held] = mark(&held->inner);
	return ++table->count <= FLOWS_HELD;
}

void flow_forget(struct flow_table *table, const struct coalesced *held)
{
	uint8_t place = (uint8_t)(held - table->held), *at = memchr(table->ages, place, table->count);

	table->count--;
	memmove(at, at + 1, (size_t)(table->ages + table->count - at));
	table->ages[table->count] = place;
}
