#include "trie.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TOP_SLOTS (1u << TRIE_TOP_BITS)
#define SLOTS (1u << TRIE_BITS)

/* The last place for a slot: beyond the key's end its bits read as zero. */
#define OFFSET_MAX 127

/* The entries below one slot, and the value of keys there that none of them covers. */
struct slot {
	uint32_t value;
	const struct trie_entry *first, *end;
};

static int compare(const void *left, const void *right)
{
	const struct trie_entry *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->length < b->length ? -1 : a->length > b->length;
}

/*
 * Spreads sorted entries over the slots of `bits` bits from `offset` on. Entries that end there are pushed into the
 * slots that they cover, wider ones first, as they are sorted; longer ones stay below their slot.
 */
static void spread(struct slot *slots, const struct trie_entry *first, const struct trie_entry *end, unsigned int offset,
		   unsigned int bits, uint32_t inherited)
{
	for (uint32_t i = 0; i < 1u << bits; i++)
		slots[i] = (struct slot){ .value = inherited };
	for (const struct trie_entry *entry = first; entry < end; entry++) {
		struct slot *slot = &slots[trie_bits(entry->key, offset) >> (64 - bits)];

		if (entry->length <= offset + bits) {
			uint32_t span = 1u << (offset + bits - entry->length);

			for (uint32_t i = 0; i < span; i++)
				slot[i].value = entry->value;
		} else {
			if (!slot->first)
				slot->first = entry;
			slot->end = entry + 1;
		}
	}
}

/* Room for `more` elements at the end of an array that grows. */
static int reserve(void **array, uint32_t *room, uint32_t used, uint32_t more, size_t element, size_t alignment)
{
	uint32_t wanted = *room ? *room : 64;
	void *grown;

	if (used + more <= *room)
		return 0;
	while (wanted < used + more)
		wanted *= 2;
	if (wanted >= TRIE_VALUES)
		return -ENOMEM;
	grown = aligned_alloc(alignment, (wanted * element + alignment - 1) / alignment * alignment);
	if (!grown)
		return -ENOMEM;
	if (used)
		memcpy(grown, *array, used * element);
	free(*array);
	*array = grown;
	*room = wanted;
	return 0;
}

/* How many bits from `start` on all entries share and all reach. */
static unsigned int shared_path(const struct trie_entry *first, const struct trie_entry *end, unsigned int start)
{
	trie_key differ = first->key ^ end[-1].key;
	unsigned int shared = (uint64_t)(differ >> 64) ? (unsigned int)__builtin_clzll((uint64_t)(differ >> 64))
			      : (uint64_t)differ       ? 64 + (unsigned int)__builtin_clzll((uint64_t)differ)
						       : 128;

	for (const struct trie_entry *entry = first; entry < end; entry++)
		if (entry->length < shared)
			shared = entry->length;
	if (shared > OFFSET_MAX)
		shared = OFFSET_MAX;
	return shared - start > 63 ? 63 : shared - start;
}

/* Writes the runs of equal values among the slots without entries. */
static int write_runs(struct trie *trie, struct trie_node *node, const struct slot *slots)
{
	uint32_t values[SLOTS], count = 0;

	for (uint32_t i = 0; i < SLOTS; i++) {
		if (slots[i].first || (count && values[count - 1] == slots[i].value))
			continue;
		values[count++] = slots[i].value;
		node->runs |= UINT64_C(1) << i;
	}
	node->packed = count <= TRIE_INLINE;
	if (node->packed) {
		memcpy(node->values, values, count * sizeof *values);
		return 0;
	}
	if (reserve((void **)&trie->values, &trie->value_room, trie->value_count, count, sizeof *values, sizeof *values) < 0)
		return -ENOMEM;
	node->values[0] = trie->value_count;
	memcpy(trie->values + trie->value_count, values, count * sizeof *values);
	trie->value_count += count;
	return 0;
}

/* Fills the node at `index` from entries that share their first `start` bits. */
static int build_node(struct trie *trie, uint32_t index, const struct trie_entry *first, const struct trie_entry *end,
		      unsigned int start, uint32_t inherited)
{
	struct trie_node node = { .start = (uint8_t)start, .otherwise = inherited };
	struct slot slots[SLOTS];
	uint32_t children = 0;

	node.skip = (uint8_t)shared_path(first, end, start);
	node.path = trie_bits(first->key, start);
	spread(slots, first, end, start + node.skip, TRIE_BITS, inherited);
	for (uint32_t i = 0; i < SLOTS; i++)
		if (slots[i].first) {
			node.children |= UINT64_C(1) << i;
			children++;
		}
	if (write_runs(trie, &node, slots) < 0 ||
	    reserve((void **)&trie->nodes, &trie->node_room, trie->node_count, children, sizeof node, 64) < 0)
		return -ENOMEM;
	node.child_base = trie->node_count;
	trie->node_count += children;
	trie->nodes[index] = node;
	for (uint32_t i = 0, child = node.child_base; i < SLOTS; i++)
		if (slots[i].first && build_node(trie, child++, slots[i].first, slots[i].end, start + node.skip + TRIE_BITS,
						 slots[i].value) < 0)
			return -ENOMEM;
	return 0;
}

static int build_top(struct trie *trie, const struct trie_entry *entries, size_t count)
{
	struct slot *slots = malloc(TOP_SLOTS * sizeof *slots);
	int result = slots ? 0 : -ENOMEM;

	if (slots)
		spread(slots, entries, entries + count, 0, TRIE_TOP_BITS, trie->otherwise);
	for (uint32_t i = 0; i < TOP_SLOTS && !result; i++) {
		trie->top[i] = slots[i].value;
		if (!slots[i].first)
			continue;
		result = reserve((void **)&trie->nodes, &trie->node_room, trie->node_count, 1, sizeof *trie->nodes, 64);
		if (result)
			break;
		trie->top[i] = TRIE_NODE | trie->node_count++;
		result = build_node(trie, trie->top[i] & ~TRIE_NODE, slots[i].first, slots[i].end, TRIE_TOP_BITS, slots[i].value);
	}
	free(slots);
	return result;
}

int trie_build(struct trie *trie, struct trie_entry *entries, size_t count, uint32_t otherwise)
{
	int result;

	*trie = (struct trie){ .otherwise = otherwise };
	if (!count)
		return 0;
	qsort(entries, count, sizeof *entries, compare);
	for (size_t i = 1; i < count; i++)
		if (compare(&entries[i - 1], &entries[i]) == 0)
			return -EEXIST;
	trie->top = malloc(TOP_SLOTS * sizeof *trie->top);
	result = trie->top ? build_top(trie, entries, count) : -ENOMEM;
	if (result)
		trie_free(trie);
	return result;
}

void trie_free(struct trie *trie)
{
	free(trie->top);
	free(trie->nodes);
	free(trie->values);
	*trie = (struct trie){ 0 };
}
