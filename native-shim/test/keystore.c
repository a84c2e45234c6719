/* Memory for keys. */
#include "keystore.h"

#include <stdint.h>
#include <string.h>

#include "harness.h"
#include "poison.h"

#define BLOCKS 300

static void blocks_are_zero_and_apart(void)
{
	struct keystore store;
	uint8_t *blocks[BLOCKS];

	keystore_init(&store, 1000);
	for (int i = 0; i < BLOCKS; i++) {
		blocks[i] = keystore_take(&store);
		check(blocks[i]);
		check_equal((uintptr_t)blocks[i] % 64, 0);
		for (int at = 0; at < 1000; at++)
			check_equal(blocks[i][at], 0);
		memset(blocks[i], i + 1, 1000);
	}
	for (int i = 0; i < BLOCKS; i++)
		for (int at = 0; at < 1000; at++)
			check_equal(blocks[i][at], (uint8_t)(i + 1));
	keystore_give(&store, blocks[5]);
	check(keystore_take(&store) == blocks[5]);
	for (int at = 0; at < 1000; at++)
		check_equal(blocks[5][at], 0);
	keystore_finish(&store);
}

static void wipes_what_is_given_back(void)
{
	struct keystore store;
	uint8_t *block;

	keystore_init(&store, 1600);
	block = keystore_take(&store);
	check(block);
	memset(block, 0xaa, 1600);
	keystore_give(&store, block);
	ASAN_UNPOISON_MEMORY_REGION(block, 1600);
	/* The first word links the unused blocks. */
	for (int at = sizeof(void *); at < 1600; at++)
		check_equal(block[at], 0);
	keystore_finish(&store);
}

SUITE(keystore, { "blocks are zeroed and apart", blocks_are_zero_and_apart }, { "wipes what is given back", wipes_what_is_given_back });
