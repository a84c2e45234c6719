/* The tries of allowed-ips against a list that is searched from end to end. */
#include "routes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

#define MOST 4000
#define PEERS 1000

static tv_route list[MOST];

static bool covers(const tv_route *route, uint32_t family, const uint8_t *address)
{
	if (route->family != family)
		return false;
	for (uint32_t bit = 0; bit < route->length; bit++)
		if ((route->addr[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static uint32_t slow_lookup(uint32_t count, uint32_t family, const uint8_t *address)
{
	uint32_t owner = ROUTE_NONE;
	int longest = -1;

	for (uint32_t i = 0; i < count; i++)
		if (list[i].length > longest && covers(&list[i], family, address)) {
			longest = list[i].length;
			owner = list[i].peer;
		}
	return owner;
}

static uint32_t lookup(const struct routes *routes, uint32_t family, const uint8_t *address)
{
	return family == 4 ? routes_lookup4(routes, address) : routes_lookup6(routes, address);
}

static void set_route(tv_route *route, uint32_t family, const uint8_t *address, uint32_t length, uint32_t peer)
{
	*route = (tv_route){ .family = (uint8_t)family, .length = (uint8_t)length, .peer = peer };
	memcpy(route->addr, address, family == 4 ? 4 : 16);
}

static bool same_prefix(const tv_route *a, const tv_route *b)
{
	return a->family == b->family && a->length == b->length && covers(a, a->family, b->addr);
}

/* An address near a prefix: within it, or off by one bit. */
static void address_near(const tv_route *route, uint8_t *address, uint64_t *state)
{
	random_fill(state, address, 16);
	for (uint32_t bit = 0; bit < route->length; bit++) {
		uint8_t mask = (uint8_t)(0x80u >> bit % 8);

		address[bit / 8] = (uint8_t)((address[bit / 8] & ~mask) | (route->addr[bit / 8] & mask));
	}
	if (route->length && random_next(state) % 3 == 0) {
		uint32_t bit = (uint32_t)(random_next(state) % route->length);

		address[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
	}
}

static uint32_t distinct(uint32_t count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		bool again = false;

		for (uint32_t j = 0; j < kept && !again; j++)
			again = same_prefix(&list[j], &list[i]);
		if (!again)
			list[kept++] = list[i];
	}
	return kept;
}

static void compare(uint32_t count, uint32_t lookups, uint64_t *state)
{
	struct routes *routes;

	count = distinct(count);
	check_equal(routes_build(&routes, (const uint8_t *)list, count, PEERS), 0);
	for (uint32_t i = 0; i < lookups; i++) {
		const tv_route *near = &list[random_next(state) % count];
		uint8_t address[16];

		if (i % 8)
			address_near(near, address, state);
		else
			random_fill(state, address, sizeof address);
		check_equal(lookup(routes, near->family, address), slow_lookup(count, near->family, address));
	}
	for (uint32_t i = 0; i < count; i++)
		check_equal(lookup(routes, list[i].family, list[i].addr), slow_lookup(count, list[i].family, list[i].addr));
	routes_free(routes);
}

static uint32_t random_peer(uint64_t *state)
{
	uint64_t choice = random_next(state) % (PEERS + 20);

	return choice < PEERS ? (uint32_t)choice : TV_NO_PEER;
}

static void random_prefixes(void)
{
	uint64_t state = 31;

	for (int round = 0; round < 60; round++) {
		uint32_t count = 1 + (uint32_t)(random_next(&state) % (round < 40 ? 40 : 1200));

		for (uint32_t i = 0; i < count; i++) {
			uint32_t family = random_next(&state) % 2 ? 4 : 6, widest = family == 4 ? 32 : 128;
			uint8_t address[16];

			random_fill(&state, address, sizeof address);
			set_route(&list[i], family, address, (uint32_t)(random_next(&state) % (widest + 1)), random_peer(&state));
		}
		compare(count, 1500, &state);
	}
}

/* Prefixes inside of prefixes, down to single addresses: deep paths, and branches at every depth. */
static void nested_prefixes(void)
{
	uint64_t state = 32;

	for (int round = 0; round < 40; round++) {
		uint32_t family = round % 2 ? 4 : 6, widest = family == 4 ? 32 : 128, count = 300;
		uint8_t address[16];

		random_fill(&state, address, sizeof address);
		for (uint32_t i = 0; i < count; i++) {
			uint32_t length = (uint32_t)(random_next(&state) % (widest + 1));

			if (i % 4 == 0)
				address[random_next(&state) % (widest / 8)] ^= (uint8_t)(1u << random_next(&state) % 8);
			set_route(&list[i], family, address, length, random_peer(&state));
		}
		compare(count, 3000, &state);
	}
}

static void every_length(void)
{
	uint64_t state = 33;

	for (uint32_t family = 4; family <= 6; family += 2) {
		uint32_t widest = family == 4 ? 32 : 128;
		uint8_t address[16];

		random_fill(&state, address, sizeof address);
		for (uint32_t length = 0; length <= widest; length++)
			set_route(&list[length], family, address, length, length);
		compare(widest + 1, 5000, &state);
		for (uint32_t length = 0; length <= widest; length++) {
			set_route(&list[0], family, address, length, 7);
			compare(1, 300, &state);
		}
	}
}

/* All of the addresses below one prefix, so that nodes are full and need more values than they hold themselves. */
static void dense(void)
{
	uint64_t state = 34;
	uint8_t address[16] = { 10, 0, 0, 0 };

	for (uint32_t i = 0; i < 1024; i++) {
		address[2] = (uint8_t)(i >> 8);
		address[3] = (uint8_t)i;
		set_route(&list[i], 4, address, 32, i % 7 == 0 ? TV_NO_PEER : i % PEERS);
	}
	compare(1024, 4000, &state);
}

static void host_bits_do_not_count(void)
{
	uint8_t network[16] = { 10, 1, 0, 0 }, host[16] = { 10, 1, 2, 3 };
	struct routes *routes;

	set_route(&list[0], 4, host, 16, 5);
	check_equal(routes_build(&routes, (const uint8_t *)list, 1, PEERS), 0);
	check_equal(routes_lookup4(routes, network), 5);
	routes_free(routes);
	set_route(&list[1], 4, network, 16, 6);
	check_equal(routes_build(&routes, (const uint8_t *)list, 2, PEERS), -EEXIST);
}

static void refusals(void)
{
	uint8_t address[16] = { 0 };
	struct routes *routes;

	set_route(&list[0], 4, address, 33, 0);
	check_equal(routes_build(&routes, (const uint8_t *)list, 1, PEERS), -EINVAL);
	set_route(&list[0], 6, address, 129, 0);
	check_equal(routes_build(&routes, (const uint8_t *)list, 1, PEERS), -EINVAL);
	set_route(&list[0], 5, address, 0, 0);
	check_equal(routes_build(&routes, (const uint8_t *)list, 1, PEERS), -EINVAL);
	set_route(&list[0], 4, address, 0, PEERS);
	check_equal(routes_build(&routes, (const uint8_t *)list, 1, PEERS), -ERANGE);
	set_route(&list[0], 6, address, 0, 1);
	set_route(&list[1], 6, address, 0, TV_NO_PEER);
	check_equal(routes_build(&routes, (const uint8_t *)list, 2, PEERS), -EEXIST);
	set_route(&list[1], 4, address, 0, 2);
	check_equal(routes_build(&routes, (const uint8_t *)list, 2, PEERS), 0);
	check_equal(routes_lookup6(routes, address), 1);
	check_equal(routes_lookup4(routes, address), 2);
	routes_free(routes);
	set_route(&list[0], 4, address, 8, 1);
	set_route(&list[1], 6, address, 9, 1);
	set_route(&list[2], 6, address, 9, 1);
	check_equal(routes_build(&routes, (const uint8_t *)list, 3, PEERS), -EEXIST);
}

static void empty(void)
{
	uint8_t address[16] = { 0 };
	struct routes *routes;

	check_equal(routes_lookup4(NULL, address), ROUTE_NONE);
	check_equal(routes_lookup6(NULL, address), ROUTE_NONE);
	check_equal(routes_build(&routes, NULL, 0, PEERS), 0);
	check_equal(routes_lookup4(routes, address), ROUTE_NONE);
	check_equal(routes_lookup6(routes, address), ROUTE_NONE);
	routes_free(routes);
}

SUITE(routes, { "random prefixes", random_prefixes }, { "nested prefixes", nested_prefixes }, { "every length from /0 on", every_length },
      { "a dense block of addresses", dense }, { "host bits do not count", host_bits_do_not_count },
      { "refuses bad lengths, families, peers and doubles", refusals }, { "no prefixes", empty });
