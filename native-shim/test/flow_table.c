/* Flows side by side: which is found, which is the oldest, and what lies between two addresses. */
#include "flow_table.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "transport.h"

#define PACKETS 40

static struct flow_table table;
static uint8_t packets[PACKETS][128];
static struct inner inners[PACKETS];

/* A packet of a flow that its number tells: ports 0x1000 + number to 9. */
static struct inner *make_as(uint32_t i, int family, uint8_t protocol)
{
	size_t length = family == 4 ? packet4(packets[i], "10.0.1.9", "10.0.0.2", protocol, 40)
				    : packet6(packets[i], "fd00:1::9", "fd00::2", protocol, 40);
	uint8_t *transport = packets[i] + length - 40;

	store16_network(transport, (uint16_t)(0x1000 + i));
	store16_network(transport + 2, 9);
	if (protocol == IPPROTO_UDP)
		store16_network(transport + UDP_LENGTH, 40);
	transport[TCP_OFFSET] = 0x50;
	transport[TCP_FLAGS] = TCP_ACK;
	check(inner_parse(&inners[i], packets[i], length));
	return &inners[i];
}

static struct inner *make(uint32_t i)
{
	return make_as(i, i % 2 ? 4 : 6, i % 3 ? IPPROTO_TCP : IPPROTO_UDP);
}

/* Whether it still fits. */
static bool hold(const struct inner *inner)
{
	struct coalesced *room = flow_room(&table);

	check(coalesce_begin(room, packets[inner - inners], inner, true));
	return flow_keep(&table, room);
}

static void finds(void)
{
	flow_table_init(&table);
	check(!flow_oldest(&table));
	for (uint32_t i = 0; i < FLOWS_HELD; i++) {
		check(!flow_find(&table, make(i)));
		check(hold(&inners[i]));
	}
	for (uint32_t i = 0; i < FLOWS_HELD; i++)
		check(flow_find(&table, &inners[i])->first == packets[i]);
	check(!flow_find(&table, make(FLOWS_HELD)));
	/* One too many is held as well, until the oldest went. */
	check(!hold(&inners[FLOWS_HELD]));
	check(flow_oldest(&table)->first == packets[0]);
	flow_forget(&table, flow_oldest(&table));
	check(!flow_find(&table, &inners[0]));
	check(flow_find(&table, &inners[FLOWS_HELD])->first == packets[FLOWS_HELD]);
	check(flow_oldest(&table)->first == packets[1]);
}

/* Against a list, in which the oldest stands first. */
static void ages(void)
{
	uint32_t list[FLOWS_HELD], count = 0;
	uint64_t seed = 3;

	flow_table_init(&table);
	for (int round = 0; round < 20000; round++) {
		uint32_t wanted = (uint32_t)(random_next(&seed) % PACKETS), at = 0;
		struct coalesced *found = flow_find(&table, make(wanted));

		while (at < count && list[at] != wanted)
			at++;
		check_equal(found != NULL, at < count);
		if (found) {
			check(found->first == packets[wanted]);
			flow_forget(&table, found);
			memmove(&list[at], &list[at + 1], (--count - at) * sizeof *list);
		} else if (count < FLOWS_HELD) {
			check(hold(&inners[wanted]));
			list[count++] = wanted;
		}
		check_equal(table.count, count);
		check(count ? flow_oldest(&table)->first == packets[list[0]] : !flow_oldest(&table));
	}
}

/* What differs in one thing is another flow, whether or not its mark is the same. */
static void told_apart(void)
{
	/* Each with another byte that the same change, made there, balances in the mark. */
	static const uint8_t bytes4[8][2] = { { 12, 16 }, { 15, 19 }, { 16, 20 }, { 19, 23 }, { 20, 16 }, { 21, 17 }, { 22, 18 }, { 23, 19 } };
	static const uint8_t bytes6[8][2] = { { 8, 24 }, { 23, 39 }, { 24, 8 }, { 39, 43 }, { 40, 36 }, { 41, 37 }, { 42, 38 }, { 43, 39 } };

	for (int family = 4; family <= 6; family += 2)
		for (int i = 0; i < 8; i++) {
			const uint8_t *at = (family == 4 ? bytes4 : bytes6)[i];

			flow_table_init(&table);
			hold(make_as(1, family, IPPROTO_TCP));
			memcpy(packets[2], packets[1], sizeof packets[1]);
			check(inner_parse(&inners[2], packets[2], inners[1].length));
			check(flow_find(&table, &inners[2]));
			packets[2][at[0]] ^= 1;
			check(!flow_find(&table, &inners[2]));
			packets[2][at[1]] ^= 1;
			check(!flow_find(&table, &inners[2]));
		}
	flow_table_init(&table);
	hold(make_as(1, 4, IPPROTO_TCP));
	check(!flow_find(&table, make_as(1, 4, IPPROTO_UDP)));
}

/* IPv6 addresses that begin as those of an IPv4 packet, and have the same mark. */
static void families(void)
{
	for (int first = 4; first <= 6; first += 2) {
		flow_table_init(&table);
		make_as(1, 4, IPPROTO_TCP);
		make_as(2, 6, IPPROTO_TCP);
		memcpy(packets[2] + 8, packets[1] + 12, 8);
		memcpy(packets[2] + 20, packets[1] + 12, 4);
		memcpy(packets[2] + 36, packets[1] + 16, 8);
		hold(&inners[first == 4 ? 1 : 2]);
		check(flow_find(&table, &inners[first == 4 ? 1 : 2]));
		check(!flow_find(&table, &inners[first == 4 ? 2 : 1]));
		check(!flow_between(&table, &inners[first == 4 ? 2 : 1]));
	}
}

static void ports_tell(void)
{
	for (int family = 4; family <= 6; family += 2) {
		check(flow_told(make_as(0, family, IPPROTO_TCP)));
		check(flow_told(make_as(0, family, IPPROTO_UDP)));
		check(!flow_told(make_as(0, family, IPPROTO_ICMP)));
		inners[0].protocol = IPPROTO_TCP;
		inners[0].length = inners[0].header + 4;
		check(flow_told(&inners[0]));
		inners[0].length--;
		check(!flow_told(&inners[0]));
	}
	make_as(0, 4, IPPROTO_UDP);
	inners[0].fragment = true;
	check(!flow_told(&inners[0]));
	make_as(0, 4, IPPROTO_UDP);
	inners[0].header = 24;
	check(!flow_told(&inners[0]));
	check(!flow_told(make_as(0, 6, IPPROTO_FRAGMENT)));
}

static void between(void)
{
	static const uint8_t ends4[] = { 12, 15, 16, 19 }, ends6[] = { 8, 23, 24, 39 };

	for (int family = 4; family <= 6; family += 2) {
		flow_table_init(&table);
		check(!flow_between(&table, make_as(0, family, IPPROTO_ICMP)));
		hold(make_as(1, 10 - family, IPPROTO_TCP));
		check(!flow_between(&table, &inners[0]));
		hold(make_as(2, family, IPPROTO_TCP));
		hold(make_as(3, family, IPPROTO_UDP));
		check(flow_between(&table, &inners[0])->first == packets[2]);
		flow_forget(&table, flow_between(&table, &inners[0]));
		check(flow_between(&table, &inners[0])->first == packets[3]);
		for (int i = 0; i < 4; i++) {
			uint8_t *end = packets[0] + (family == 4 ? ends4 : ends6)[i];

			*end ^= 1;
			check(!flow_between(&table, &inners[0]));
			*end ^= 1;
		}
	}
}

SUITE(flow_table, { "finds a flow, and the oldest", finds }, { "against a list", ages }, { "flows are told apart", told_apart },
      { "families are told apart", families }, { "whose ports tell", ports_tell }, { "between two addresses", between });
