#include "receive.h"

#include <errno.h>
#include <unistd.h>

#include "box.h"
#include "bytes.h"
#include "checksum.h"
#include "inner.h"
#include "peer.h"
#include "raise.h"

/* Writes a packet to the interface. One that is merely down or full loses the packet; one that is gone ends the queue. */
static void deliver(struct queue *queue, struct peer *peer, const uint8_t *packet, uint32_t length)
{
	if (write(queue->tun, packet, length) >= 0)
		return;
	if (errno == EBADFD || errno == EBADF)
		queue->failure = -ENODEV;
	drop(&queue->lane, peer, TV_DROP_DEVICE_FULL);
}

/* Whether the longest prefix over the source leads back to the sender. */
static bool source_belongs(const struct device *device, const struct inner *inner, const struct peer *peer)
{
	const struct routes *routes = atomic_load_explicit(&device->routes, memory_order_acquire);

	if (!inner_source_possible(inner))
		return false;
	return (inner->family == 4 ? routes_lookup4(routes, inner->source) : routes_lookup6(routes, inner->source)) == peer->id;
}

static void receive_ip(struct queue *queue, struct peer *peer, uint8_t kind, uint8_t *packet, size_t length)
{
	struct lane *lane = &queue->lane;
	struct inner inner;

	if (!inner_parse(&inner, packet, length)) {
		drop(lane, peer, TV_DROP_INNER);
		return;
	}
	if (!source_belongs(lane->device, &inner, peer)) {
		drop(lane, peer, TV_DROP_SOURCE);
		return;
	}
	/* Nothing is offloaded to this interface: its kernel takes whole checksums only. */
	if (kind == TV_KIND_IP_PARTIAL && !checksum_complete(packet, &inner)) {
		drop(lane, peer, TV_DROP_INNER);
		return;
	}
	deliver(queue, peer, packet, inner.length);
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

static void receive_under(struct queue *queue, struct session *session, const struct datagram *datagram)
{
	struct lane *lane = &queue->lane;
	uint8_t kind = datagram->bytes[DATA_KIND];
	uint64_t counter = load64(datagram->bytes + DATA_COUNTER);
	enum replay_verdict verdict;

	if (!session_carries(session, kind)) {
		drop(lane, session->peer, TV_DROP_KIND);
	} else if (lane->now_us >= session->expires_at_us) {
		drop(lane, session->peer, TV_DROP_EXPIRED);
	} else if (counter >= session->reject_after) {
		drop(lane, session->peer, TV_DROP_COUNTER);
	} else if (!session_fresh(session, counter)) {
		drop(lane, session->peer, TV_DROP_REPLAY);
	} else if (!box_open(datagram->bytes + DATA_TAG, datagram->bytes + TV_DATA_HEADER, datagram->length - TV_DATA_HEADER,
			     session->receive_subkeys[kind_slot(kind)], counter)) {
		drop(lane, session->peer, TV_DROP_AUTH);
	} else if ((verdict = session_mark(session, counter)) == REPLAY_REFUSED) {
		drop(lane, session->peer, TV_DROP_REPLAY);
	} else {
		receive_opened(queue, session, datagram, verdict == REPLAY_AHEAD);
	}
}

static void receive_data(struct queue *queue, const struct datagram *datagram)
{
	struct lane *lane = &queue->lane;
	struct session *session;

	if (datagram->length < TV_DATA_HEADER) {
		drop(lane, NULL, TV_DROP_LENGTH);
		return;
	}
	if (datagram->bytes[DATA_RESERVED] | datagram->bytes[DATA_RESERVED + 1]) {
		drop(lane, NULL, TV_DROP_RESERVED);
		return;
	}
	if (kind_slot(datagram->bytes[DATA_KIND]) < 0) {
		drop(lane, NULL, TV_DROP_KIND);
		return;
	}
	session = session_find(&lane->device->sessions, load32(datagram->bytes + DATA_RECEIVER));
	if (session) {
		receive_under(queue, session, datagram);
	} else {
		drop(lane, NULL, TV_DROP_INDEX);
		raise_unknown_index(lane, datagram);
	}
}

static void receive_handshake(struct lane *lane, const struct datagram *datagram, size_t length)
{
	const uint8_t *bytes = datagram->bytes;

	if (datagram->length != length)
		drop(lane, NULL, TV_DROP_LENGTH);
	else if (bytes[1] != WIRE_VERSION)
		drop(lane, NULL, TV_DROP_VERSION);
	else if (bytes[2] | bytes[3])
		drop(lane, NULL, TV_DROP_RESERVED);
	else
		raise_handshake(lane, datagram);
}

static void receive_datagram(struct queue *queue, const struct datagram *datagram)
{
	struct lane *lane = &queue->lane;
	uint32_t own = lane->device->config.ifindex;

	if (own && datagram->ifindex == own) {
		drop(lane, NULL, TV_DROP_LOOP);
		return;
	}
	if (datagram->length == 0 || datagram->truncated) {
		drop(lane, NULL, TV_DROP_LENGTH);
		return;
	}
	switch (datagram->bytes[0]) {
	case TYPE_INIT:
		receive_handshake(lane, datagram, INIT_LENGTH);
		return;
	case TYPE_RESP:
		receive_handshake(lane, datagram, RESP_LENGTH);
		return;
	case TYPE_COOKIE:
		receive_handshake(lane, datagram, COOKIE_LENGTH);
		return;
	case TYPE_DATA:
		receive_data(queue, datagram);
		return;
	default:
		drop(lane, NULL, TV_DROP_TYPE);
	}
}

uint32_t receive_batch(struct queue *queue, int socket)
{
	int count = receiver_take(&queue->receiver, socket);

	if (count < 0) {
		queue->failure = count;
		return 0;
	}
	for (uint32_t i = 0; i < (uint32_t)count; i++) {
		struct datagram datagram;

		receiver_datagram(&queue->receiver, i, &datagram);
		receive_datagram(queue, &datagram);
	}
	return (uint32_t)count;
}
