/* Allowed-ips against a list that is searched from end to end. */
#include "routes.h"

#include <errno.h>
#include <string.h>

#include "harness.h"
#include "input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 96
#define PEERS 8
#define LOOKUPS 64

static tv_route list[MOST];
static uint32_t count;

/*
 * Bytes of an address, mostly such as the input gave before: prefixes are to lie within each other, and side by side at
 * any bit.
 */
static void take_address(struct input *input, uint32_t family, uint8_t how, uint8_t *address)
{
	const uint8_t *bytes;
	size_t length;

	if (how & 0x80 && count)
		memcpy(address, list[take8(input) % count].addr, 16);
	length = take_bytes(input, how & 7 ? (how & 7u) : family == 4 ? 4 : 16, &bytes);
	if (length)
		memcpy(address + (how >> 3 & 1 ? 0 : (family == 4 ? 4 : 16) - (length < 4 || family == 6 ? length : 4)), bytes,
		       family == 4 && length > 4 ? 4 : length);
}

static bool covers(const tv_route *route, uint32_t family, const uint8_t *address)
{
	for (uint32_t bit = 0; bit < route->length; bit++)
		if ((route->addr[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return route->family == family;
}

static uint32_t slow_lookup(uint32_t family, const uint8_t *address)
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

/* What building the list must say. Of several faults, any. */
static bool may_refuse(int result)
{
	bool invalid = false, range = false, twice = false;

	for (uint32_t i = 0; i < count; i++) {
		const tv_route *route = &list[i];

		invalid = invalid || (route->family != 4 && route->family != 6) || route->length > (route->family == 4 ? 32 : 128);
		range = range || (route->peer >= PEERS && route->peer != TV_NO_PEER);
		for (uint32_t j = 0; j < i && !invalid; j++)
			twice = twice || (list[j].length == route->length && covers(route, list[j].family, list[j].addr));
	}
	if (result == 0)
		return !invalid && !range && !twice;
	return (result == -EINVAL && invalid) || (result == -ERANGE && range) || (result == -EEXIST && twice);
}

static void compare(const struct routes *routes, uint32_t family, const uint8_t *address)
{
	check_equal(family == 4 ? routes_lookup4(routes, address) : routes_lookup6(routes, address), slow_lookup(family, address));
}

static void look_up(struct input *input, const struct routes *routes)
{
	for (uint32_t i = 0; i < count; i++) {
		uint8_t address[16];

		memcpy(address, list[i].addr, sizeof address);
		compare(routes, list[i].family, address);
		/* The neighbour at the prefix's last bit. */
		if (list[i].length)
			address[(list[i].length - 1) / 8] ^= (uint8_t)(0x80 >> (list[i].length - 1) % 8);
		compare(routes, list[i].family, address);
	}
	for (uint32_t i = 0; i < LOOKUPS && input->left; i++) {
		uint8_t how = take8(input), address[16] = { 0 };
		uint32_t family = how & 0x40 ? 6 : 4;

		take_address(input, family, how, address);
		compare(routes, family, address);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	uint32_t wanted = take8(&input) % MOST;
	struct routes *routes;
	int result;

	for (count = 0; count < wanted && input.left; count++) {
		uint8_t how = take8(&input), owner = take8(&input);
		tv_route *route = &list[count];
		uint8_t address[16] = { 0 };

		*route = (tv_route){ .family = how & 0x40 ? 6 : 4, .length = take8(&input) };
		route->peer = owner < 0xf0 ? owner % PEERS : TV_NO_PEER;
		take_address(&input, route->family, how, address);
		memcpy(route->addr, address, sizeof address);
		if (!(how & 0x20))
			route->length %= route->family == 4 ? 33 : 129;
		if (owner == 0xff)
			route->peer = PEERS + how % 2;
		if (owner == 0xfe)
			route->family = how;
	}
	result = routes_build(&routes, (const uint8_t *)list, count, PEERS);
	check(may_refuse(result));
	if (result == 0) {
		look_up(&input, routes);
		routes_free(routes);
	}
	return 0;
}
