#include "session.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "wire.h"

/* Beyond any counter that a session reaches, and so far from the end that threads racing past it cannot wrap around. */
#define REJECT_LIMIT (UINT64_C(1) << 63)

#define CHAINS_MIN 1024u
#define CHAINS_MAX 65536u

/* Spins before the holder of a window, which needs some nanoseconds, is taken for preempted. */
#define SPINS 64

_Static_assert(offsetof(struct session, retired) == 0, "grace hands back the first member");

int sessions_init(struct session_table *table, uint32_t peers_max)
{
	uint32_t count = CHAINS_MIN;

	while (count < CHAINS_MAX && count < peers_max * 4)
		count *= 2;
	table->mask = count - 1;
	table->chains = calloc(count, sizeof *table->chains);
	return table->chains ? 0 : -ENOMEM;
}

void sessions_finish(struct session_table *table)
{
	free(table->chains);
	table->chains = NULL;
}

/* Indices are random: their low bits are hash enough. */
static _Atomic(struct session *) *chain(const struct session_table *table, uint32_t index)
{
	return &table->chains[index & table->mask];
}

struct session *session_find(const struct session_table *table, uint32_t index)
{
	struct session *session = atomic_load_explicit(chain(table, index), memory_order_acquire);

	while (session && session->index != index)
		session = atomic_load_explicit(&session->next, memory_order_acquire);
	return session;
}

void session_link(struct session_table *table, struct session *session)
{
	_Atomic(struct session *) *head = chain(table, session->index);

	atomic_store_explicit(&session->next, atomic_load_explicit(head, memory_order_relaxed), memory_order_relaxed);
	atomic_store_explicit(head, session, memory_order_release);
}

void session_unlink(struct session_table *table, struct session *session)
{
	_Atomic(struct session *) *at = chain(table, session->index);
	struct session *found;

	while ((found = atomic_load_explicit(at, memory_order_relaxed)) != session)
		at = &found->next;
	atomic_store_explicit(at, atomic_load_explicit(&session->next, memory_order_relaxed), memory_order_release);
}

int session_new(struct session **out, struct keystore *store, const tv_session_config *config, struct peer *peer,
		const struct generation *generation)
{
	struct session *session;

	if (config->index == 0 || config->reject_after_messages > REJECT_LIMIT || config->first_counter > REJECT_LIMIT)
		return -EINVAL;
	session = keystore_take(store);
	if (!session)
		return -ENOMEM;
	session->peer = peer;
	session->index = config->index;
	session->remote_index = config->remote_index;
	session->capabilities = config->capabilities;
	session->promote = config->promote;
	session->generation = config->generation;
	session->device_generation = generation;
	session->rekey_on_data = config->rekey_on_data;
	session->rekey_at_us = config->rekey_at_us;
	session->expires_at_us = config->expires_at_us;
	session->rekey_after = config->rekey_after_messages;
	session->reject_after = config->reject_after_messages;
	atomic_init(&session->send_counter, config->first_counter);
	atomic_flag_clear(&session->window_lock);
	memcpy(session->send_subkeys, config->send_subkeys, sizeof session->send_subkeys);
	memcpy(session->receive_subkeys, config->receive_subkeys, sizeof session->receive_subkeys);
	*out = session;
	return 0;
}

int kind_slot(uint8_t kind)
{
	switch (kind) {
	case TV_KIND_IP:
		return 0;
	case TV_KIND_IP_PARTIAL:
		return 1;
	case TV_KIND_ETH:
		return 2;
	case TV_KIND_ETH_PARTIAL:
		return 3;
	case TV_KIND_PROBE:
		return 4;
	case TV_KIND_CONTROL:
		return 5;
	default:
		return -1;
	}
}

bool session_carries(const struct session *session, uint8_t kind)
{
	uint32_t needed;

	switch (kind) {
	case TV_KIND_IP:
		needed = CAPABILITY_L3;
		break;
	case TV_KIND_IP_PARTIAL:
		needed = CAPABILITY_L3 | CAPABILITY_PARTIAL;
		break;
	case TV_KIND_PROBE:
		needed = CAPABILITY_PROBE;
		break;
	case TV_KIND_CONTROL:
		needed = CAPABILITY_CONTROL;
		break;
	default:
		/* A device here is a TUN: it has no use for Ethernet frames. */
		return false;
	}
	return (session->capabilities & needed) == needed;
}

static bool of_this_generation(const struct session *session)
{
	const struct generation *now = session->device_generation;

	return !now || atomic_load_explicit(&now->number, memory_order_relaxed) == session->generation;
}

bool session_usable(const struct session *session, int64_t now_us)
{
	return now_us < session->expires_at_us && of_this_generation(session) &&
	       atomic_load_explicit(&session->send_counter, memory_order_relaxed) < session->reject_after;
}

uint32_t session_take_counters(struct session *session, uint32_t count, uint64_t *first)
{
	uint64_t left;

	/* Looking first keeps the counter near its limit however often it is tried. */
	if (atomic_load_explicit(&session->send_counter, memory_order_relaxed) >= session->reject_after)
		return 0;
	*first = atomic_fetch_add_explicit(&session->send_counter, count, memory_order_relaxed);
	if (*first >= session->reject_after)
		return 0;
	left = session->reject_after - *first;
	return left < count ? (uint32_t)left : count;
}

void session_frame(struct session *session, uint8_t kind, uint64_t counter, uint8_t *datagram, size_t length, struct box_job *job)
{
	store32(datagram, TYPE_DATA | (uint32_t)kind << 8);
	store32(datagram + DATA_RECEIVER, session->remote_index);
	store64(datagram + DATA_COUNTER, counter);
	*job = (struct box_job){ .tag = datagram + DATA_TAG,
				 .text = datagram + TV_DATA_HEADER,
				 .subkey = session->send_subkeys[kind_slot(kind)],
				 .counter = counter,
				 .length = (uint32_t)length };
}

static void lock_window(struct session *session)
{
	int spins = 0;

	while (atomic_flag_test_and_set_explicit(&session->window_lock, memory_order_acquire))
		if (++spins % SPINS == 0)
			sched_yield();
}

static void unlock_window(struct session *session)
{
	atomic_flag_clear_explicit(&session->window_lock, memory_order_release);
}

bool session_fresh(struct session *session, uint64_t counter)
{
	bool fresh;

	if (counter > atomic_load_explicit(&session->window_head, memory_order_relaxed))
		return true;
	lock_window(session);
	fresh = replay_check(&session->window, counter);
	unlock_window(session);
	return fresh;
}

void session_mark(struct session *session, const struct box_job *jobs, const bool *authentic, uint32_t count, enum replay_verdict *verdicts)
{
	lock_window(session);
	for (uint32_t i = 0; i < count; i++)
		verdicts[i] = authentic[i] ? replay_mark(&session->window, jobs[i].counter) : REPLAY_REFUSED;
	atomic_store_explicit(&session->window_head, session->window.head, memory_order_relaxed);
	unlock_window(session);
}
