#include "unseal.h"

#include <string.h>

#include "box.h"
#include "bytes.h"
#include "deliver.h"
#include "inner.h"
#include "peer.h"
#include "raise.h"

/* Whether the source is that of the packet before, which was the same peer's. */
static bool source_known(const struct unseal *unseal, const struct inner *inner, const struct peer *peer)
{
	const uint8_t *before = unseal->owned.source, *now = inner->source;

	if (unseal->owner != peer || unseal->owned.family != inner->family)
		return false;
	return inner->family == 4 ? load32(before) == load32(now) : memcmp(before, now, 16) == 0;
}

/* Whether the longest prefix over the source leads back to the sender. */
static bool source_belongs(struct queue *queue, const struct inner *inner, const struct peer *peer)
{
	const struct routes *routes = atomic_load_explicit(&queue->lane.device->routes, memory_order_acquire);
	struct unseal *unseal = &queue->unseal;

	if (source_known(unseal, inner, peer))
		return true;
	if (!inner_source_possible(inner) ||
	    (inner->family == 4 ? routes_lookup4(routes, inner->source) : routes_lookup6(routes, inner->source)) != peer->id)
		return false;
	unseal->owner = peer;
	unseal->owned = *inner;
	return true;
}

static void receive_ip(struct queue *queue, struct peer *peer, uint8_t kind, uint8_t *packet, size_t length)
{
	struct lane *lane = &queue->lane;
	struct inner inner;

	if (!inner_parse(&inner, packet, length)) {
		drop(lane, peer, TV_DROP_INNER);
		return;
	}
	if (!source_belongs(queue, &inner, peer)) {
		drop(lane, peer, TV_DROP_SOURCE);
		return;
	}
	if (!deliver(queue, peer, packet, &inner, kind == TV_KIND_IP_PARTIAL))
		drop(lane, peer, TV_DROP_INNER);
}

static void count_opened(struct lane *lane, struct peer *peer, size_t length)
{
	struct tally *tally = &peer->tallies[lane->number];

	count_add(&lane->counts[TV_COUNT_RX_PACKETS], 1);
	count_add(&lane->counts[TV_COUNT_RX_BYTES], length);
	count_add(&tally->rx_packets, 1);
	count_add(&tally->rx_bytes, length);
	count_set(&tally->received_at_us, (uint64_t)lane->now_us);
	unanswered_clear(&peer->unanswered.sent_at_us);
}

/* What is known to be from the peer, and new. */
static void receive_opened(struct queue *queue, struct session *session, const struct datagram *datagram, bool ahead)
{
	struct lane *lane = &queue->lane;
	struct peer *peer = session->peer;
	uint8_t kind = datagram->bytes[DATA_KIND];
	size_t length = datagram->length - TV_DATA_HEADER;

	count_opened(lane, peer, datagram->length);
	peer_promote(session);
	raise_first_received(lane, session, kind, &datagram->source);
	if (ahead)
		raise_moved(lane, session, kind, &datagram->source);
	if (kind == TV_KIND_PROBE || kind == TV_KIND_CONTROL) {
		raise_message(lane, session, kind, datagram);
		return;
	}
	if (length == 0) {
		if (kind != TV_KIND_IP)
			drop(lane, peer, TV_DROP_INNER);
		return;
	}
	unanswered_note(&peer->unanswered.received_at_us, lane->now_us);
	raise_active(lane, peer, session->index);
	receive_ip(queue, peer, kind, datagram->bytes + TV_DATA_HEADER, length);
}

static void note_opened(struct queue *queue, const struct sealed *sealed, bool authentic, enum replay_verdict verdict)
{
	if (!authentic)
		drop(&queue->lane, sealed->session->peer, TV_DROP_AUTH);
	else if (verdict == REPLAY_REFUSED)
		drop(&queue->lane, sealed->session->peer, TV_DROP_REPLAY);
	else
		receive_opened(queue, sealed->session, &sealed->datagram, verdict == REPLAY_AHEAD);
}

void unseal_flush(struct queue *queue)
{
	struct unseal *unseal = &queue->unseal;
	enum replay_verdict verdicts[UNSEAL_MAX];
	bool authentic[UNSEAL_MAX];

	box_open_many(unseal->jobs, unseal->count, authentic);
	/* Neighbours of one session are marked together. */
	for (uint32_t i = 0, end; i < unseal->count; i = end) {
		for (end = i + 1; end < unseal->count && unseal->sealed[end].session == unseal->sealed[i].session; end++)
			;
		session_mark(unseal->sealed[i].session, unseal->jobs + i, authentic + i, end - i, verdicts + i);
	}
	unseal->owner = NULL;
	for (uint32_t i = 0; i < unseal->count; i++)
		note_opened(queue, &unseal->sealed[i], authentic[i], verdicts[i]);
	unseal->count = 0;
}

static void add(struct queue *queue, struct session *session, const struct datagram *datagram)
{
	struct unseal *unseal = &queue->unseal;
	uint8_t *bytes = datagram->bytes;

	unseal->sealed[unseal->count] = (struct sealed){ .session = session, .datagram = *datagram };
	unseal->jobs[unseal->count++] = (struct box_job){ .tag = bytes + DATA_TAG,
							  .text = bytes + TV_DATA_HEADER,
							  .subkey = session->receive_subkeys[kind_slot(bytes[DATA_KIND])],
							  .counter = load64(bytes + DATA_COUNTER),
							  .length = (uint32_t)(datagram->length - TV_DATA_HEADER) };
	if (unseal->count == UNSEAL_MAX)
		unseal_flush(queue);
}

void unseal_add(struct queue *queue, struct session *session, const struct datagram *datagram)
{
	struct lane *lane = &queue->lane;
	uint64_t counter = load64(datagram->bytes + DATA_COUNTER);

	if (!session_carries(session, datagram->bytes[DATA_KIND]))
		drop(lane, session->peer, TV_DROP_KIND);
	else if (lane->now_us >= session->expires_at_us)
		drop(lane, session->peer, TV_DROP_EXPIRED);
	else if (counter >= session->reject_after)
		drop(lane, session->peer, TV_DROP_COUNTER);
	else if (!session_fresh(session, counter))
		drop(lane, session->peer, TV_DROP_REPLAY);
	else
		add(queue, session, datagram);
}
