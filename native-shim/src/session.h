/*
 * Sessions: keys, counters and replay window of one direction each, found by the index that the peer writes.
 *
 * The table is changed by the control thread alone. Queues walk its chains without locks, inside of a batch.
 */
#ifndef TV_SESSION_H
#define TV_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "box.h"
#include "generation.h"
#include "grace.h"
#include "keystore.h"
#include "replay.h"
#include "tv.h"

/*
 * What is read for every packet stands apart from what senders and from what receivers write: many queues may share a
 * session, and would take each other's cache lines away.
 */
struct session {
	struct retired retired;
	_Atomic(struct session *) next; /* in its chain */
	struct session *sibling;        /* of the same peer; control thread only */
	struct peer *peer;
	uint32_t index, remote_index;
	uint32_t capabilities;
	bool promote;       /* waits for its first DATA to be sent under */
	const struct generation *device_generation; /* or null */
	uint32_t generation; /* its own: of another one than the device's it seals no more */
	bool rekey_on_data; /* an empty packet or a message does not make it due */
	int64_t rekey_at_us, expires_at_us;
	uint64_t rekey_after, reject_after;
	atomic_bool first_received; /* TV_EVENT_FIRST_RECEIVED is in a ring */
	atomic_bool promoted;
	bool gone; /* retired; under the lock of its peer */
	atomic_bool rekey_raised;
	atomic_bool owes_rekey; /* the control thread used it past its time; a queue shall say so */
	_Alignas(64) _Atomic(uint64_t) send_counter; /* the next one */
	_Alignas(64) atomic_flag window_lock;
	_Atomic(uint64_t) window_head; /* the window's, or one that it had */
	struct replay window;
	_Alignas(64) uint8_t send_subkeys[TV_KINDS][TV_KEY];
	uint8_t receive_subkeys[TV_KINDS][TV_KEY];
};

struct session_table {
	_Atomic(struct session *) *chains;
	uint32_t mask;
};

int sessions_init(struct session_table *table, uint32_t peers_max);
void sessions_finish(struct session_table *table);
struct session *session_find(const struct session_table *table, uint32_t index);
void session_link(struct session_table *table, struct session *session);
void session_unlink(struct session_table *table, struct session *session);

/* A session from its config, not linked yet. -EINVAL or -ENOMEM. generation: the device's, or null. */
int session_new(struct session **out, struct keystore *store, const tv_session_config *config, struct peer *peer,
		const struct generation *generation);

/* The place of a kind in the subkey arrays, or -1. */
int kind_slot(uint8_t kind);
/* Whether what both sides can do includes the kind. */
bool session_carries(const struct session *session, uint8_t kind);

/* Whether it may send at that time. */
bool session_usable(const struct session *session, int64_t now_us);

/* Takes up to `count` counters in a row, which are consumed by that. Returns how many, fewer or none where they end. */
uint32_t session_take_counters(struct session *session, uint32_t count, uint64_t *first);

/* Writes the header of a datagram, and says how to seal the `length` bytes that stand behind it. */
void session_frame(struct session *session, uint8_t kind, uint64_t counter, uint8_t *datagram, size_t length, struct box_job *job);

/*
 * The window, safe to use from many queues. Whether a counter may be new: one that is not is refused when it is marked,
 * at the latest. No lock is taken where counters come in order.
 */
bool session_fresh(struct session *session, uint64_t counter);

/* Marks the counters of the jobs that are authentic, in order and under one lock. The others are refused. */
void session_mark(struct session *session, const struct box_job *jobs, const bool *authentic, uint32_t count, enum replay_verdict *verdicts);

#endif
