#include "raise.h"

#include "queue.h"

#define SECOND_US 1000000
#define UNKNOWN_INDEX_RATE 20
#define OTHER_VERSION_RATE 20
#define UNROUTED_RATE 20
#define UNROUTED_DATA 512
/* Of a host that exchanges routes with others: more would only keep the control thread from its work. */
#define HOST_RATE 100
#define MOVED_INTERVAL_US (SECOND_US / 10)
#define NO_SESSION_INTERVAL_US SECOND_US

enum priority { HIGH, LOW };

/* Appends an event, or counts that it found the ring full. */
static bool append(struct lane *lane, struct peer *peer, tv_event event, const uint8_t *data, uint32_t length, enum priority priority)
{
	event.peer = peer ? peer->id : TV_NO_PEER;
	event.time_us = lane->now_us;
	if (ring_append(lane->ring, &event, data, length, priority == LOW))
		return true;
	drop(lane, peer, TV_DROP_EVENT);
	return false;
}

static bool rate_take(struct rate *rate, int64_t now_us, uint32_t most)
{
	if (now_us - rate->since_us >= SECOND_US) {
		rate->since_us = now_us;
		rate->used = 0;
	}
	if (rate->used >= most)
		return false;
	rate->used++;
	return true;
}

/* Takes the right to raise an event that one thread alone may raise in each interval. */
static bool claim(_Atomic(int64_t) *next_us, int64_t now_us, int64_t interval_us)
{
	int64_t next = atomic_load_explicit(next_us, memory_order_relaxed);

	return now_us >= next && atomic_compare_exchange_strong_explicit(next_us, &next, now_us + interval_us,
									 memory_order_relaxed, memory_order_relaxed);
}

static uint32_t at_most(size_t length, uint32_t most)
{
	return length < most ? (uint32_t)length : most;
}

/* A queue looks at what is owed before its next batch. */
static void owe(struct lane *lane, atomic_bool *what)
{
	atomic_store_explicit(what, true, memory_order_release);
	atomic_store_explicit(&lane->device->owes, true, memory_order_release);
	queue_wake(&lane->device->queues[0]);
}

void raise_rekey(struct lane *lane, struct session *session)
{
	const tv_event event = { .type = TV_EVENT_REKEY, .index = session->index };

	if (atomic_load_explicit(&session->rekey_raised, memory_order_relaxed) ||
	    atomic_exchange_explicit(&session->rekey_raised, true, memory_order_relaxed))
		return;
	if (!lane->ring)
		owe(lane, &session->owes_rekey);
	else if (!append(lane, session->peer, event, NULL, 0, HIGH))
		atomic_store_explicit(&session->rekey_raised, false, memory_order_relaxed);
}

void raise_active(struct lane *lane, struct peer *peer, uint32_t index)
{
	const tv_event event = { .type = TV_EVENT_ACTIVE, .index = index };

	if (!atomic_load_explicit(&peer->watched, memory_order_relaxed) ||
	    !atomic_exchange_explicit(&peer->watched, false, memory_order_relaxed))
		return;
	if (!lane->ring)
		owe(lane, &peer->owes_active);
	else if (!append(lane, peer, event, NULL, 0, HIGH))
		atomic_store_explicit(&peer->watched, true, memory_order_relaxed);
}

void raise_handshake(struct lane *lane, const struct datagram *datagram)
{
	const tv_event event = { .type = TV_EVENT_HANDSHAKE, .source = datagram->source };

	append(lane, NULL, event, datagram->bytes, (uint32_t)datagram->length, LOW);
}

void raise_first_received(struct lane *lane, struct session *session, uint8_t kind, const tv_endpoint *source)
{
	const tv_event event = { .type = TV_EVENT_FIRST_RECEIVED, .index = session->index, .kind = kind, .source = *source };

	if (atomic_load_explicit(&session->first_received, memory_order_relaxed) ||
	    atomic_exchange_explicit(&session->first_received, true, memory_order_relaxed))
		return;
	if (!append(lane, session->peer, event, NULL, 0, HIGH))
		atomic_store_explicit(&session->first_received, false, memory_order_relaxed);
}

void raise_moved(struct lane *lane, const struct session *session, uint8_t kind, const tv_endpoint *source)
{
	const struct destination *active = atomic_load_explicit(&session->peer->destination, memory_order_acquire);
	const tv_event event = { .type = TV_EVENT_MOVED, .index = session->index, .kind = kind, .source = *source };

	if (active && endpoint_equal(&active->endpoint, source))
		return;
	if (claim(&session->peer->moved_at_us, lane->now_us, MOVED_INTERVAL_US))
		append(lane, session->peer, event, NULL, 0, LOW);
}

void raise_message(struct lane *lane, const struct session *session, uint8_t kind, const struct datagram *datagram)
{
	const tv_event event = { .type = TV_EVENT_MESSAGE, .index = session->index, .kind = kind, .source = datagram->source };

	append(lane, session->peer, event, datagram->bytes + TV_DATA_HEADER,
	       at_most(datagram->length - TV_DATA_HEADER, TV_MESSAGE_MAX), LOW);
}

void raise_unknown_index(struct lane *lane, const struct datagram *datagram)
{
	const tv_event event = { .type = TV_EVENT_UNKNOWN_INDEX, .kind = datagram->bytes[DATA_KIND], .source = datagram->source };

	if (rate_take(&lane->unknown_index, lane->now_us, UNKNOWN_INDEX_RATE))
		append(lane, NULL, event, NULL, 0, LOW);
}

void raise_other_version(struct lane *lane, const struct datagram *datagram)
{
	const tv_event event = { .type = TV_EVENT_OTHER_VERSION, .index = datagram->bytes[1], .source = datagram->source };

	if (rate_take(&lane->other_version, lane->now_us, OTHER_VERSION_RATE))
		append(lane, NULL, event, NULL, 0, LOW);
}

void raise_no_session(struct lane *lane, struct peer *peer)
{
	const tv_event event = { .type = TV_EVENT_NO_SESSION };

	if (claim(&peer->no_session_at_us, lane->now_us, NO_SESSION_INTERVAL_US) && !append(lane, peer, event, NULL, 0, HIGH))
		atomic_store_explicit(&peer->no_session_at_us, 0, memory_order_relaxed);
}

void raise_unrouted(struct lane *lane, struct peer *peer, const uint8_t *packet, uint32_t length)
{
	const tv_event event = { .type = TV_EVENT_UNROUTED, .kind = peer ? 1 : 0 };

	if (rate_take(&lane->unrouted, lane->now_us, UNROUTED_RATE))
		append(lane, peer, event, packet, at_most(length, UNROUTED_DATA), LOW);
}

void raise_host(struct lane *lane, tv_event change)
{
	if (!rate_take(&lane->host, lane->now_us, HOST_RATE) || !append(lane, NULL, change, NULL, 0, HIGH))
		lane->untold = true;
}

static void raise_generation(struct lane *lane)
{
	const struct generation *generation = &lane->device->generation;
	uint32_t number = atomic_load_explicit(&generation->number, memory_order_acquire);
	const tv_event event = {
		.type = TV_EVENT_GENERATION,
		.index = number,
		.kind = atomic_load_explicit(&generation->cause, memory_order_relaxed),
	};

	if (number != lane->told_generation && append(lane, NULL, event, NULL, 0, HIGH))
		lane->told_generation = number;
}

static void raise_untold(struct lane *lane)
{
	const tv_event event = { .type = TV_EVENT_HOST, .kind = TV_HOST_ANY };

	lane->untold = !rate_take(&lane->host, lane->now_us, HOST_RATE) || !append(lane, NULL, event, NULL, 0, HIGH);
}

static void raise_owed_sessions(struct lane *lane)
{
	const struct session_table *table = &lane->device->sessions;

	for (uint32_t i = 0; i <= table->mask; i++)
		for (struct session *session = atomic_load_explicit(&table->chains[i], memory_order_acquire); session;
		     session = atomic_load_explicit(&session->next, memory_order_acquire))
			if (atomic_exchange_explicit(&session->owes_rekey, false, memory_order_acquire)) {
				atomic_store_explicit(&session->rekey_raised, false, memory_order_relaxed);
				raise_rekey(lane, session);
			}
}

void raise_owed(struct lane *lane)
{
	struct device *device = lane->device;

	if (lane->untold)
		raise_untold(lane);
	if (lane->number == 0)
		raise_generation(lane);
	if (!atomic_load_explicit(&device->owes, memory_order_relaxed) ||
	    !atomic_exchange_explicit(&device->owes, false, memory_order_acquire))
		return;
	raise_owed_sessions(lane);
	for (uint32_t id = 0; id < device->config.peers_max; id++) {
		struct peer *peer = peer_find(device, id);

		if (peer && atomic_exchange_explicit(&peer->owes_active, false, memory_order_acquire)) {
			atomic_store_explicit(&peer->watched, true, memory_order_relaxed);
			raise_active(lane, peer, 0);
		}
	}
}
