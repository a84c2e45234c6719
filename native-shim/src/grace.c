#include "grace.h"

#include <stddef.h>

void grace_init(struct grace *grace, void *owner)
{
	atomic_init(&grace->epoch, 1);
	atomic_init(&grace->pending, false);
	for (uint32_t i = 0; i < TV_QUEUES_MAX; i++)
		atomic_init(&grace->seats[i].seen, 0);
	pthread_mutex_init(&grace->lock, NULL);
	grace->list = NULL;
	grace->owner = owner;
}

/*
 * Both sides go through a read-modify-write of the epoch, and these are totally ordered: either the control thread's
 * comes first, and this batch finds the object unlinked; or this one does, and the control thread finds the seat taken.
 */
void grace_enter(struct grace *grace, uint32_t seat)
{
	uint64_t epoch = atomic_load_explicit(&grace->epoch, memory_order_acquire);

	atomic_store_explicit(&grace->seats[seat].seen, epoch, memory_order_release);
	atomic_fetch_add_explicit(&grace->epoch, 0, memory_order_acq_rel);
}

/* The oldest epoch that a batch under way began in. */
static uint64_t oldest_seen(const struct grace *grace)
{
	uint64_t oldest = UINT64_MAX;

	for (uint32_t i = 0; i < TV_QUEUES_MAX; i++) {
		uint64_t seen = atomic_load_explicit(&grace->seats[i].seen, memory_order_seq_cst);

		if (seen != 0 && seen < oldest)
			oldest = seen;
	}
	return oldest;
}

static void release_passed(struct grace *grace)
{
	struct retired *passed = NULL;

	pthread_mutex_lock(&grace->lock);
	uint64_t oldest = oldest_seen(grace);

	for (struct retired **at = &grace->list; *at;) {
		struct retired *object = *at;

		if (object->epoch <= oldest) {
			*at = object->next;
			object->next = passed;
			passed = object;
		} else {
			at = &object->next;
		}
	}
	atomic_store_explicit(&grace->pending, grace->list != NULL, memory_order_seq_cst);
	pthread_mutex_unlock(&grace->lock);
	while (passed) {
		struct retired *object = passed;

		passed = object->next;
		object->release(object, grace->owner);
	}
}

void grace_leave(struct grace *grace, uint32_t seat)
{
	atomic_store_explicit(&grace->seats[seat].seen, 0, memory_order_seq_cst);
	if (atomic_load_explicit(&grace->pending, memory_order_seq_cst))
		release_passed(grace);
}

void grace_retire(struct grace *grace, struct retired *object, void (*release)(struct retired *object, void *owner))
{
	object->release = release;
	object->epoch = atomic_fetch_add_explicit(&grace->epoch, 1, memory_order_acq_rel) + 1;
	pthread_mutex_lock(&grace->lock);
	object->next = grace->list;
	grace->list = object;
	atomic_store_explicit(&grace->pending, true, memory_order_seq_cst);
	pthread_mutex_unlock(&grace->lock);
	release_passed(grace);
}

void grace_finish(struct grace *grace)
{
	release_passed(grace);
	pthread_mutex_destroy(&grace->lock);
}
