/* Nanoseconds of a route lookup among 30,000 prefixes, nine of ten addresses within one of them. */
#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PREFIXES 30000
#define ADDRESSES (1 << 20)
#define RUNS 5

struct shape {
	const char *name;
	uint8_t family, shortest, longest, fixed; /* the first `fixed` bytes are those of `first` */
	uint8_t first[4];
};

static const struct shape shapes[] = {
	{ "IPv4 /24, anywhere", 4, 24, 24, 0, { 0 } },	  { "IPv4 /16 to /32, anywhere", 4, 16, 32, 0, { 0 } },
	{ "IPv4 /32 in 10.0.0.0/8", 4, 32, 32, 1, { 10 } }, { "IPv6 /48, anywhere", 6, 48, 48, 0, { 0 } },
	{ "IPv6 /20 to /128, anywhere", 6, 20, 128, 0, { 0 } }, { "IPv6 /64 in fd00::/16", 6, 64, 64, 2, { 0xfd } },
	{ "IPv6 /128 in 2001:db8::/32", 6, 128, 128, 4, { 0x20, 0x01, 0x0d, 0xb8 } },
};

static tv_route list[PREFIXES];
static uint8_t addresses[ADDRESSES][16];
static uint64_t state = 1;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void random_address(uint8_t *out)
{
	for (int i = 0; i < 16; i++)
		out[i] = (uint8_t)(next() >> 32);
}

static void keep_bits(uint8_t *address, const uint8_t *prefix, uint32_t length)
{
	for (uint32_t bit = 0; bit < length; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		address[bit / 8] = (uint8_t)((address[bit / 8] & ~mask) | (prefix[bit / 8] & mask));
	}
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(tv_route));
}

/* Random prefixes without doubles: how many are left. */
static uint32_t make_list(const struct shape *shape)
{
	uint32_t count = 1;

	for (uint32_t i = 0; i < PREFIXES; i++) {
		uint8_t address[16];

		list[i] = (tv_route){ .family = shape->family };
		list[i].length = (uint8_t)(shape->shortest + next() % (uint64_t)(shape->longest - shape->shortest + 1));
		random_address(address);
		memcpy(address, shape->first, shape->fixed);
		keep_bits(list[i].addr, address, list[i].length);
	}
	qsort(list, PREFIXES, sizeof *list, compare);
	for (uint32_t i = 1; i < PREFIXES; i++)
		if (compare(&list[count - 1], &list[i]))
			list[count++] = list[i];
	for (uint32_t i = 0; i < count; i++)
		list[i].peer = i % 4096;
	return count;
}

static uint32_t lookup(const struct routes *routes, uint8_t family, const uint8_t *address)
{
	return family == 4 ? routes_lookup4(routes, address) : routes_lookup6(routes, address);
}

/* Lookups that may overlap in the processor. */
static uint32_t look_up_all(const struct routes *routes, uint8_t family)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < ADDRESSES; i++)
		sum += lookup(routes, family, addresses[i]);
	return sum;
}

/* Each waits for the one before: no peer has the number that would lead to another address. */
static uint32_t look_up_chain(const struct routes *routes, uint8_t family)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < ADDRESSES; i++)
		last = lookup(routes, family, addresses[(i + (last == 0x12345678)) % ADDRESSES]);
	return last;
}

static double measure(const struct routes *routes, uint8_t family, uint32_t (*work)(const struct routes *, uint8_t))
{
	double best = 1;

	for (int run = 0; run < RUNS; run++) {
		double before = seconds(), taken;
		uint32_t result = work(routes, family);

		__asm__ volatile("" : : "r"(result));
		taken = seconds() - before;
		best = taken < best ? taken : best;
	}
	return best / ADDRESSES * 1e9;
}

int main(void)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		uint32_t count = make_list(&shapes[i]);
		struct routes *routes;
		double before = seconds();

		if (routes_build(&routes, (const uint8_t *)list, count, 4096) < 0)
			return 1;
		before = seconds() - before;
		for (uint32_t j = 0; j < ADDRESSES; j++) {
			const tv_route *near = &list[next() % count];

			random_address(addresses[j]);
			if (next() % 10)
				keep_bits(addresses[j], near->addr, near->length);
		}
		printf("%-28s %u prefixes: %5.1f ns, %5.1f ns one after the other; built in %.1f ms\n", shapes[i].name, count,
		       measure(routes, shapes[i].family, look_up_all), measure(routes, shapes[i].family, look_up_chain), before * 1e3);
		routes_free(routes);
	}
	return 0;
}
