#include "keystore.h"

#include <sodium.h>
#include <string.h>
#include <sys/mman.h>

#include "poison.h"

/* Bytes asked of the kernel at once: some forty sessions. */
#define CHUNK (64 * 1024)

struct keystore_block {
	struct keystore_block *next;
};

struct keystore_chunk {
	_Alignas(64) struct keystore_chunk *next;
};

void keystore_init(struct keystore *store, size_t size)
{
	pthread_mutex_init(&store->lock, NULL);
	store->block = (size + 63) / 64 * 64;
	store->chunks = NULL;
	store->unused = NULL;
}

void keystore_finish(struct keystore *store)
{
	while (store->chunks) {
		struct keystore_chunk *chunk = store->chunks;

		store->chunks = chunk->next;
		ASAN_UNPOISON_MEMORY_REGION(chunk, CHUNK);
		sodium_memzero(chunk, CHUNK);
		munmap(chunk, CHUNK);
	}
	pthread_mutex_destroy(&store->lock);
}

static void put(struct keystore *store, void *memory)
{
	struct keystore_block *block = memory;

	block->next = store->unused;
	store->unused = block;
	ASAN_POISON_MEMORY_REGION(block + 1, store->block - sizeof *block);
}

static void grow(struct keystore *store)
{
	uint8_t *memory = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct keystore_chunk *chunk = (struct keystore_chunk *)memory;

	if (memory == MAP_FAILED)
		return;
	/* Best effort: a kernel built without it dumps what it must. */
	(void)madvise(memory, CHUNK, MADV_DONTDUMP);
	chunk->next = store->chunks;
	store->chunks = chunk;
	for (size_t at = sizeof *chunk; at + store->block <= CHUNK; at += store->block)
		put(store, memory + at);
}

void *keystore_take(struct keystore *store)
{
	struct keystore_block *block;

	pthread_mutex_lock(&store->lock);
	if (!store->unused)
		grow(store);
	block = store->unused;
	if (block)
		store->unused = block->next;
	pthread_mutex_unlock(&store->lock);
	if (block) {
		ASAN_UNPOISON_MEMORY_REGION(block, store->block);
		memset(block, 0, store->block);
	}
	return block;
}

void keystore_give(struct keystore *store, void *block)
{
	sodium_memzero(block, store->block);
	pthread_mutex_lock(&store->lock);
	put(store, block);
	pthread_mutex_unlock(&store->lock);
}
