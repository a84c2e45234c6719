/*
 * Memory for what holds keys: blocks of one size, kept out of core dumps, wiped when they are given back.
 */
#ifndef TV_KEYSTORE_H
#define TV_KEYSTORE_H

#include <pthread.h>
#include <stddef.h>

struct keystore {
	pthread_mutex_t lock;
	size_t block; /* bytes, a multiple of 64 */
	struct keystore_chunk *chunks;
	struct keystore_block *unused;
};

void keystore_init(struct keystore *store, size_t size);
void keystore_finish(struct keystore *store); /* wipes all */

/* A zeroed block, or null. */
void *keystore_take(struct keystore *store);
void keystore_give(struct keystore *store, void *block);

#endif
