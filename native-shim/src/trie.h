/*
 * A multibit trie over prefixes of up to 128 bits, read by many threads and never changed once built.
 *
 * The first 16 bits of a key index a table directly. Below it each node takes 6 bits: a bitmap says which of the 64
 * slots lead to a child, another where a run of slots with equal values begins, and a population count finds child or
 * value. Paths without a branch are skipped: a node first compares the bits that all its prefixes share, and names the
 * value of a key that differs there.
 */
#ifndef TV_TRIE_H
#define TV_TRIE_H

#include <stddef.h>
#include <stdint.h>

/* Network order, left-aligned: the first bit of the prefix is the highest. */
typedef unsigned __int128 trie_key;

struct trie_entry {
	trie_key key; /* bits beyond length are zero */
	uint32_t length;
	uint32_t value; /* below TRIE_VALUES */
};

#define TRIE_VALUES (1u << 31)
#define TRIE_INLINE 6

/* One cache line. */
struct trie_node {
	_Alignas(64) uint64_t children; /* slots that lead to a child */
	uint64_t runs;                  /* slots at which a run of equal values begins */
	uint64_t path;                  /* the skipped bits, left-aligned */
	uint32_t child_base;
	uint32_t otherwise; /* the value of keys that leave the path */
	uint8_t start;      /* where the skipped bits begin */
	uint8_t skip;       /* how many they are */
	uint8_t packed;     /* the runs' values stand in values, else from values[0] on in the trie's */
	uint8_t zero[5];
	uint32_t values[TRIE_INLINE];
};

struct trie {
	uint32_t *top; /* 65,536 values, or nodes where the highest bit is set */
	struct trie_node *nodes;
	uint32_t *values;
	uint32_t node_count, node_room;
	uint32_t value_count, value_room;
	uint32_t otherwise; /* without a table: the value of every key */
};

/* Entries are sorted in place. 0, -EEXIST or -ENOMEM; on failure nothing is left to free. */
int trie_build(struct trie *trie, struct trie_entry *entries, size_t count, uint32_t otherwise);
void trie_free(struct trie *trie);

#define TRIE_NODE (1u << 31)
#define TRIE_TOP_BITS 16
#define TRIE_BITS 6

static inline uint64_t trie_bits(trie_key key, unsigned int from)
{
	return (uint64_t)(key << from >> 64);
}

/* Without the instruction the compiler would call a function that reads a table. */
static inline uint32_t trie_population(uint64_t bits)
{
#ifdef __POPCNT__
	return (uint32_t)__builtin_popcountll(bits);
#else
	bits -= bits >> 1 & UINT64_C(0x5555555555555555);
	bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
	bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (uint32_t)(bits * UINT64_C(0x0101010101010101) >> 56);
#endif
}

static inline uint32_t trie_lookup(const struct trie *trie, trie_key key)
{
	uint32_t at;

	if (!trie->top)
		return trie->otherwise;
	at = trie->top[(uint64_t)(key >> 64) >> (64 - TRIE_TOP_BITS)];
	while (at & TRIE_NODE) {
		const struct trie_node *node = &trie->nodes[at & ~TRIE_NODE];
		uint64_t bit;

		if ((trie_bits(key, node->start) ^ node->path) >> 1 >> (63 - node->skip))
			return node->otherwise;
		bit = UINT64_C(1) << (trie_bits(key, node->start + node->skip) >> (64 - TRIE_BITS));
		if (node->children & bit) {
			at = TRIE_NODE | (node->child_base + trie_population(node->children & (bit - 1)));
		} else {
			uint32_t run = trie_population(node->runs & (bit | (bit - 1))) - 1;

			return node->packed ? node->values[run] : trie->values[node->values[0] + run];
		}
	}
	return at;
}

#endif
