/*
 * Staged packets: what waits for a session. One queue a peer, in order; the oldest gives way, of the peer when the peer
 * has its share, of all peers when the device has. Any thread may stage and take.
 */
#ifndef TV_STAGE_H
#define TV_STAGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lane;
struct peer;

struct staged {
	struct staged *next;             /* of its peer */
	struct staged *older, *newer;    /* of all */
	struct peer *peer;
	uint32_t length;
	uint8_t packet[];
};

/* A peer's own, inside of struct peer. */
struct stage_queue {
	struct staged *oldest, *newest;
	uint32_t count;
};

struct stage {
	pthread_mutex_t lock;
	struct staged *oldest, *newest;
	uint32_t count, max, max_peer;
};

void stage_init(struct stage *stage, uint32_t max, uint32_t max_peer);
void stage_finish(struct stage *stage);

/*
 * Stages a copy. False, and nothing is kept, when the peer has a usable session after all: it may have got one, and its
 * queue been sent, since the caller looked.
 */
bool stage_add(struct lane *lane, struct peer *peer, const uint8_t *packet, uint32_t length);

/* The peer's oldest packet, for the caller to free, or null. */
struct staged *stage_take(struct stage *stage, struct peer *peer);

#endif
