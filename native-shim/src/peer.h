/* Peers: what the data path knows of one. */
#ifndef TV_PEER_H
#define TV_PEER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "count.h"
#include "endpoint.h"
#include "grace.h"
#include "session.h"
#include "stage.h"
#include "tv.h"

/* A peer's statistics as one thread counts them. */
struct tally {
	_Alignas(64) counter rx_bytes, tx_bytes, rx_packets, tx_packets;
	counter received_at_us, sent_at_us;
	counter drops[TV_DROPS];
};

/*
 * What keepalives go by: when the first non-empty packet came that nothing sent has answered yet, and the other way
 * round; 0 for none. Written only when it changes, since all lanes share it.
 */
struct unanswered {
	_Alignas(64) _Atomic(int64_t) received_at_us;
	_Atomic(int64_t) sent_at_us;
};

struct peer {
	struct retired retired;
	uint32_t id;
	_Atomic(struct session *) current; /* what it sends under */
	atomic_flag current_lock;          /* between a queue that promotes a session and its retirement */
	_Atomic(struct destination *) destination;
	struct session *sessions; /* all of its, by sibling; control thread only */
	atomic_bool watched;
	atomic_bool owes_active; /* the control thread sent for it; a queue shall say so */
	_Atomic(int64_t) no_session_at_us, moved_at_us; /* when these events may be raised again */
	struct stage_queue staged;
	struct unanswered unanswered;
	struct tally tallies[]; /* one a lane */
};

struct device;

struct peer *peer_find(const struct device *device, uint32_t id);

/* The session it can send under at that time, or null. */
struct session *peer_session(const struct peer *peer, int64_t now_us);

/*
 * Sends under a session from its first DATA on, if it waited for that. Before that DATA is delivered: the answer to it must
 * not leave under a session that the other side may have lost. A peer without an endpoint waits for the control thread.
 */
void peer_promote(struct session *session);

/* An answer of any kind to what stands unanswered. */
void unanswered_clear(_Atomic(int64_t) *at);
/* A non-empty packet, which is the first one or waits behind another. */
void unanswered_note(_Atomic(int64_t) *at, int64_t now_us);

/* Unlinks it with all it has. Control thread only. */
void peer_retire(struct device *device, struct peer *peer);

/* Unlinks one of its sessions. Control thread only. */
void peer_retire_session(struct device *device, struct session *session);

#endif
