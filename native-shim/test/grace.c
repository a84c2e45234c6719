/* Reclamation: nothing is released while a batch may hold it, and everything in the end. */
#include "grace.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#include "harness.h"

#define READERS 3
#define SWAPS 4000
#define ALIVE 0x600df00du

struct object {
	struct retired retired;
	uint32_t magic;
};

static struct grace grace;
static _Atomic(struct object *) published;
static atomic_uint released;
static atomic_bool finished, corrupted;

static struct object *new_object(void)
{
	struct object *object = calloc(1, sizeof *object);

	check(object);
	object->magic = ALIVE;
	return object;
}

static void release(struct retired *retired, void *owner)
{
	struct object *object = (struct object *)retired;

	if (owner != &grace)
		atomic_store(&corrupted, true);
	object->magic = 0;
	free(object);
	atomic_fetch_add(&released, 1);
}

static void start(void)
{
	grace_init(&grace, &grace);
	atomic_store(&released, 0);
	atomic_store(&finished, false);
	atomic_store(&corrupted, false);
}

static void at_once_when_nobody_reads(void)
{
	start();
	grace_retire(&grace, &new_object()->retired, release);
	check_equal(atomic_load(&released), 1);
	grace_finish(&grace);
}

static void waits_for_all_who_might_hold_it(void)
{
	start();
	grace_enter(&grace, 0);
	grace_enter(&grace, 1);
	grace_retire(&grace, &new_object()->retired, release);
	check_equal(atomic_load(&released), 0);
	/* Who begins now cannot find it: waiting for the two before is enough. */
	grace_enter(&grace, 2);
	grace_leave(&grace, 0);
	check_equal(atomic_load(&released), 0);
	grace_leave(&grace, 1);
	check_equal(atomic_load(&released), 1);
	grace_retire(&grace, &new_object()->retired, release);
	check_equal(atomic_load(&released), 1);
	grace_leave(&grace, 2);
	check_equal(atomic_load(&released), 2);
	grace_finish(&grace);
}

static void one_batch_after_the_other(void)
{
	for (uint32_t seat = 0; seat < TV_QUEUES_MAX; seat++) {
		start();
		grace_enter(&grace, seat);
		grace_retire(&grace, &new_object()->retired, release);
		check_equal(atomic_load(&released), 0);
		grace_leave(&grace, seat);
		grace_enter(&grace, seat);
		check_equal(atomic_load(&released), 1);
		grace_retire(&grace, &new_object()->retired, release);
		grace_retire(&grace, &new_object()->retired, release);
		check_equal(atomic_load(&released), 1);
		grace_leave(&grace, seat);
		check_equal(atomic_load(&released), 3);
		grace_finish(&grace);
	}
}

static void *read_published(void *argument)
{
	uint32_t seat = *(uint32_t *)argument;

	while (!atomic_load_explicit(&finished, memory_order_relaxed)) {
		grace_enter(&grace, seat);
		for (int i = 0; i < 16; i++) {
			struct object *object = atomic_load_explicit(&published, memory_order_acquire);

			if (object->magic != ALIVE)
				atomic_store(&corrupted, true);
		}
		grace_leave(&grace, seat);
	}
	return NULL;
}

static void under_threads(void)
{
	pthread_t threads[READERS];
	uint32_t seats[READERS];

	start();
	atomic_store(&published, new_object());
	for (uint32_t i = 0; i < READERS; i++) {
		seats[i] = i;
		check(pthread_create(&threads[i], NULL, read_published, &seats[i]) == 0);
	}
	for (int i = 0; i < SWAPS; i++) {
		struct object *before = atomic_exchange_explicit(&published, new_object(), memory_order_acq_rel);

		grace_retire(&grace, &before->retired, release);
	}
	atomic_store(&finished, true);
	for (uint32_t i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	grace_finish(&grace);
	check(!atomic_load(&corrupted));
	check_equal(atomic_load(&released), SWAPS);
	free(atomic_load(&published));
}

SUITE(grace, { "releases at once when nobody reads", at_once_when_nobody_reads },
      { "waits for all who might hold it", waits_for_all_who_might_hold_it }, { "one batch after the other", one_batch_after_the_other },
      { "under threads", under_threads });
