#include "routes.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "trie.h"

struct routes {
	struct retired retired;
	struct trie trie4, trie6;
};

/* Values in the tries: peer ids, and two more. */
enum { VALUE_NONE = ROUTE_PEERS_MAX, VALUE_OWN };

_Static_assert(offsetof(struct routes, retired) == 0, "grace hands back the first member");
_Static_assert(VALUE_OWN < TRIE_VALUES, "a value fits beside the node bit");

static trie_key key4(const uint8_t *address)
{
	return (trie_key)load32_network(address) << 96;
}

static trie_key key6(const uint8_t *address)
{
	return (trie_key)load64_network(address) << 64 | load64_network(address + 8);
}

/* Sorts a route into its family's entries. */
static int add_entry(struct trie_entry *entries, size_t *count, const tv_route *route, uint32_t peers_max)
{
	struct trie_entry *entry = &entries[*count];

	if (route->length > (route->family == 4 ? 32 : 128))
		return -EINVAL;
	if (route->peer != TV_NO_PEER && route->peer >= peers_max)
		return -ERANGE;
	entry->length = route->length;
	entry->value = route->peer == TV_NO_PEER ? VALUE_OWN : route->peer;
	entry->key = route->family == 4 ? key4(route->addr) : key6(route->addr);
	entry->key = route->length ? entry->key >> (128 - route->length) << (128 - route->length) : 0;
	++*count;
	return 0;
}

static int build_tries(struct routes *routes, struct trie_entry *entries, const uint8_t *list, uint32_t total, uint32_t peers_max)
{
	struct trie_entry *entries4 = entries, *entries6 = entries + total;
	size_t count4 = 0, count6 = 0;
	int result = 0;

	for (uint32_t i = 0; i < total && !result; i++) {
		tv_route route;

		memcpy(&route, list + i * sizeof route, sizeof route);
		if (route.family == 4)
			result = add_entry(entries4, &count4, &route, peers_max);
		else if (route.family == 6)
			result = add_entry(entries6, &count6, &route, peers_max);
		else
			result = -EINVAL;
	}
	if (!result)
		result = trie_build(&routes->trie4, entries4, count4, VALUE_NONE);
	if (!result) {
		result = trie_build(&routes->trie6, entries6, count6, VALUE_NONE);
		if (result)
			trie_free(&routes->trie4);
	}
	return result;
}

int routes_build(struct routes **out, const uint8_t *list, uint32_t count, uint32_t peers_max)
{
	struct routes *routes = calloc(1, sizeof *routes);
	struct trie_entry *entries = aligned_alloc(_Alignof(struct trie_entry), ((size_t)count * 2 + 1) * sizeof *entries);
	int result = routes && entries ? build_tries(routes, entries, list, count, peers_max) : -ENOMEM;

	free(entries);
	if (result)
		free(routes);
	else
		*out = routes;
	return result;
}

void routes_free(struct routes *routes)
{
	if (!routes)
		return;
	trie_free(&routes->trie4);
	trie_free(&routes->trie6);
	free(routes);
}

struct retired *routes_retired(struct routes *routes)
{
	return &routes->retired;
}

static uint32_t owner(uint32_t value)
{
	return value == VALUE_OWN ? TV_NO_PEER : value == VALUE_NONE ? ROUTE_NONE : value;
}

uint32_t routes_lookup4(const struct routes *routes, const uint8_t address[4])
{
	return routes ? owner(trie_lookup(&routes->trie4, key4(address))) : ROUTE_NONE;
}

uint32_t routes_lookup6(const struct routes *routes, const uint8_t address[16])
{
	return routes ? owner(trie_lookup(&routes->trie6, key6(address))) : ROUTE_NONE;
}
