/*
 * Quiescent-state reclamation. Queues read sessions, peers, endpoints and routes without locks; the control thread
 * unlinks what they must not find any more and retires it here; it is released once every queue has been seen outside
 * of the batch in which it might still hold it.
 *
 * A queue takes its seat with grace_enter before a batch and leaves it with grace_leave after: blocked in poll it holds
 * nothing. Whoever finds that the last queue has passed, the control thread or that queue, releases: no key outlives
 * its session by more than a batch.
 */
#ifndef TV_GRACE_H
#define TV_GRACE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tv.h"

/* First member of everything that can be retired. */
struct retired {
	struct retired *next;
	uint64_t epoch;
	void (*release)(struct retired *object, void *owner);
};

struct grace_seat {
	_Alignas(64) _Atomic(uint64_t) seen; /* the epoch at which the batch began; 0 outside of one */
};

struct grace {
	_Alignas(64) _Atomic(uint64_t) epoch;
	atomic_bool pending; /* something is retired */
	struct grace_seat seats[TV_QUEUES_MAX];
	pthread_mutex_t lock;
	struct retired *list;
	void *owner; /* handed to release */
};

void grace_init(struct grace *grace, void *owner);
void grace_enter(struct grace *grace, uint32_t seat);
void grace_leave(struct grace *grace, uint32_t seat);

/* Releases the object once no queue can hold it, often at once. It must be unlinked already. Control thread only. */
void grace_retire(struct grace *grace, struct retired *object, void (*release)(struct retired *object, void *owner));

/* Releases whatever is left. All seats must be empty. */
void grace_finish(struct grace *grace);

#endif
